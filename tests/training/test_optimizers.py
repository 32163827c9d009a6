"""The optimizers' steps and defaults, against torch.optim where it is installed and numbers recorded from it."""

import inspect

import numpy as np
import pytest
from training_curves import curve

from losscli.errors import UsageError
from losscli.training.descent import descend
from losscli.training.optimizers import OPTIMIZERS, optimizer_called

EPS = 2.0**-52
RECORDED = {  # of PyTorch 2.13: after 1, 2 and 40 steps on x^2 from 0.9 with rate 0.1
    "gd": [0.72, 0.576, 0.00011963051962064239],
    "momentum": [0.72, 0.4139999999999999, 0.10442640448999975],
    "nesterov": [0.558, 0.20016, 0.0013431347762683141],
    "adagrad": [0.8000000000055556, 0.7335636161250645, 0.1309500123445955],
    "rmsprop": [-0.09999994444444704, 0.010981012922400418, 4.9074069408751395e-28],
    "adam": [0.8000000005555556, 0.7004787085866653, 0.0818349343734625],
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_those_recorded(name):
    path = descend(curve("l2"), 0.9, 0.1, 40, name)
    np.testing.assert_allclose(path.predictions[[1, 2, 40]], RECORDED[name], rtol=0, atol=16 * EPS)


def torch_optimizer(torch, name, place, rate, given):
    """Return PyTorch's optimizer, with its own defaults for what is not given."""
    known = {"beta2": "alpha", "epsilon": "eps"} if name == "rmsprop" else {"epsilon": "eps"}
    options = {known.get(key, key): value for key, value in given.items()}
    if name == "adam":
        options["betas"] = (options.pop("beta1", 0.9), options.pop("beta2", 0.999))
    if name in ("momentum", "nesterov"):
        options = {"momentum": 0.9, "nesterov": name == "nesterov"} | options
    kinds = {"adagrad": torch.optim.Adagrad, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}
    return kinds.get(name, torch.optim.SGD)([place], lr=rate, **options)


SMOOTH = [
    ("l2", "0.3", {}, 0.9, 0.03),
    ("l1", "0.3", {}, 0.9, 0.03),
    ("pseudo-huber", "0.3", {"delta": 0.24}, 0.9, 0.1),
    ("sigmoid-cross-entropy", "0.3", {}, 0.9, 0.1),
    ("softmax-cross-entropy", "0.1,0.02,0.88", {}, (1.0, -3.0, 10.0), 0.1),
]
GIVEN = {"momentum": {"momentum": 0.5}, "nesterov": {"momentum": 0.5}, "adagrad": {"epsilon": 1e-3}}
GIVEN |= {"rmsprop": {"beta2": 0.9, "epsilon": 1e-3}, "adam": {"beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3}}


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case[0])
@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("given", [False, True], ids=["defaults", "given"])
def test_steps_are_those_of_torch(name, case, given):
    """PyTorch is given the gradients of the curve; what differs is that it rounds once where it multiplies and adds."""
    torch = pytest.importorskip("torch")
    loss, target, own, start, rate = case
    parameters = GIVEN.get(name, {}) if given else {}
    path = descend(curve(loss, target, **own), start, rate, 100, name, parameters)
    place = torch.tensor(np.atleast_1d(np.array(start)), dtype=torch.float64, requires_grad=True)
    theirs = torch_optimizer(torch, name, place, rate, parameters)
    for step, (prediction, gradient) in enumerate(zip(path.predictions, path.gradients, strict=True)):
        allowed = 4 * EPS * (1 + step) * max(1.0, np.max(np.abs(path.predictions[: step + 1])))
        assert np.abs(place.detach().numpy() - prediction).max() <= allowed, step
        place.grad = torch.tensor(np.atleast_1d(gradient))
        theirs.step()


def test_descent_by_torch_itself_ends_at_the_same_place():
    """With PyTorch's own gradients of its own loss too."""
    torch = pytest.importorskip("torch")
    target = torch.tensor([0.1, 0.02, 0.88], dtype=torch.float64)
    for name in OPTIMIZERS:
        path = descend(curve("softmax-cross-entropy", "0.1,0.02,0.88"), (1, -3, 10), 0.1, 50, name)
        place = torch.tensor([1.0, -3.0, 10.0], dtype=torch.float64, requires_grad=True)
        theirs = torch_optimizer(torch, name, place, 0.1, {})
        for _ in range(50):
            theirs.zero_grad()
            torch.nn.functional.cross_entropy(place[None], target[None]).backward()
            theirs.step()
        np.testing.assert_allclose(path.predictions[-1], place.detach().numpy(), rtol=1e-13)


def test_defaults_are_those_of_torch():
    torch = pytest.importorskip("torch")
    for name, kind in {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "gd": "SGD"}.items():
        theirs = inspect.signature(getattr(torch.optim, kind)).parameters
        ours = OPTIMIZERS[name]
        known = {item.name: item.default for item in ours.parameters}
        assert ours.rate == theirs["lr"].default
        for key, value in {"epsilon": "eps", "beta2": "alpha"}.items():
            if key in known and value in theirs:
                assert known[key] == theirs[value].default
        if name == "adam":
            assert (known["beta1"], known["beta2"]) == theirs["betas"].default


def test_each_says_what_it_is_and_what_its_parameters_are():
    for name, one in OPTIMIZERS.items():
        assert one.name == name
        assert one.summary.endswith(".")
        assert "PyTorch" in one.note
        assert all(item.help and item.default in item.interval for item in one.parameters)
    assert {item.name: item.default for item in OPTIMIZERS["momentum"].parameters} == {"momentum": 0.9}


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("adm", {}, "no optimizer is called 'adm'; did you mean adam?"),
        ("lbfgs", {}, "no optimizer is called 'lbfgs'; it is one of gd, momentum, nesterov, adagrad, rmsprop, adam"),
        ("gd", {"momentum": 0.9}, "momentum is no parameter of gd; it has none"),
        ("adam", {"momentum": 0.9}, "momentum is no parameter of adam; it has beta1, beta2, epsilon"),
        ("adam", {"beta1": 1.0}, "beta1 1; it is a number at least 0 and below 1"),
        ("adagrad", {"epsilon": float("nan")}, "epsilon nan; it is a finite number at least 0"),
    ],
)
def test_wrong_words_are_answered_in_one_line(name, given, said):
    with pytest.raises(UsageError) as caught:
        optimizer_called(name).complete(given)
    assert str(caught.value) == said


@pytest.mark.parametrize("name", [name for name, one in OPTIMIZERS.items() if one.limit])
def test_the_rate_is_at_most_the_limit_over_the_curvature(name):
    """The Hessian of l2 is 2: just below the limit the distance shrinks in the end, just above it grows."""
    for parameters in [
        {item.name: item.default for item in OPTIMIZERS[name].parameters},
        *([{"momentum": 0.3}] * (name != "gd")),
    ]:
        limit = OPTIMIZERS[name].limit(**parameters) / 2
        below, above = (descend(curve("l2"), 1, limit * by, 3000, name, parameters) for by in (0.99, 1.01))
        assert abs(below.predictions[-100:]).max() < 1e-6
        assert abs(above.predictions[-100:]).max() > 1e6
