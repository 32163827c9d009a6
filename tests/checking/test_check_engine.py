"""A user's own loss beside an exact one: what agrees, what differs, and what is said of the difference."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from textbook import SPANS, TEXTBOOK, of_residual, sigmoid, xlogy
from textbook_several import SEVERAL, SLOPES

import losscli
from losscli.checking import points
from losscli.checking.compare import compare, usual_tolerance
from losscli.checking.nearest import nearest
from losscli.errors import LossplotError
from losscli.losses import catalogue
from losscli.model.curve import Curve
from losscli.model.loss import QUANTITIES, OwnLoss
from losscli.names.find import find
from losscli.own.families import NUMBER


def own(*formulas, **facts):
    """Return the curve of plain functions of prediction and target: value, gradient, Hessian; None: not given."""
    family = facts.pop("family", NUMBER)

    def formula(prediction, target=None):
        *rows, last = np.shape(prediction)
        for order, function in enumerate((*formulas, None, None)[:3]):
            numbers = np.nan if function is None else function(prediction, target)
            shape = (*rows, *[last] * order) if family.vector else (*rows, last)
            yield np.broadcast_to(np.asarray(numbers, dtype=float), shape)

    gives = tuple(name for name, function in zip(QUANTITIES, formulas, strict=False) if function)
    loss = OwnLoss("mine", family, formula, latex="", title="Mine", gives=gives, **facts)
    return Curve(loss, 0.0, {}, "mine")


def exact(name, **parameters):
    spelling = find(name)
    named = {item.name: item.default for item in spelling.parameters} | parameters
    chosen = spelling.canonical(named)
    return Curve(spelling.loss, spelling.reads(named).default, chosen, name, spelling, named)


def checked(mine, reference, targets=(), span=None):
    return compare(mine, reference, targets, span, usual_tolerance(mine))


def verdicts(*arguments, **options):
    found = checked(*arguments, **options)
    assert not found.within
    return found.verdicts


EVERY = {**TEXTBOOK, **{name: (value, *SLOPES.get(name, ())) for name, value in SEVERAL.items()}}


def textbook(name, factor=1):
    """Return the curve of a loss as a textbook has it, times a factor."""
    formulas = [lambda f, y, term=term: factor * term(f, y) for term in EVERY[name]]
    return own(*formulas, **({"family": exact(name).loss.family} if name in SEVERAL else {}))


def test_there_is_textbook_code_for_every_loss():
    assert len(EVERY) == len(TEXTBOOK) + len(SEVERAL)
    assert set(EVERY) == set(catalogue())


@pytest.mark.parametrize("name", EVERY)
def test_textbook_code_is_right(name):
    found = checked(textbook(name), exact(name), span=SPANS.get(name))
    assert (found.within, found.verdicts) == (True, (f"yours agrees with {name} within 1e-06",))
    assert all(result.count > 50 for result in found.quantities)


@pytest.mark.parametrize("name", EVERY)
def test_a_small_wrong_factor_is_found(name):
    found = checked(textbook(name, 1.00001), exact(name), span=SPANS.get(name))
    assert not found.within
    assert found.verdicts[0] in {
        f"{subject} {name}"
        for subject in ("yours is 1.00001 times", "value is 1.00001 times", "value and gradient are 1.00001 times")
    }


@pytest.mark.parametrize("name", ["sparsemax", "entmax", "softmax-cross-entropy"])
def test_textbook_code_is_right_at_many_vectors(name, monkeypatch):
    """Their terms are as large as squared logits, and cancel: some of the vectors show it, of many only a few."""
    monkeypatch.setattr(points, "VECTORS", 4000)
    assert checked(textbook(name), exact(name)).within


# The mistakes that people make, each with the verdict that names it.


def test_a_huber_with_a_one_sided_mask():
    masked = own(
        *of_residual(
            lambda r: np.where(r <= 2, r**2 / 2, 2 * (abs(r) - 1)),
            lambda r: np.where(r <= 2, r, 2.0),
            lambda r: np.where(r <= 2, 1.0, 0.0),
        )
    )
    assert verdicts(masked, exact("huber", delta=2.0)) == (
        "value agrees except for r < -delta (-2), where it is 0.5 r^2",
        "gradient agrees except for r < -delta (-2), where it is r",
        "Hessian agrees except for r < -delta (-2), where it is 1",
    )


def test_a_huber_that_is_0_beyond_one_side():
    masked = own(*of_residual(lambda r: np.where(r <= -1, -r - 0.5, np.where(r <= 1, r**2 / 2, 0))))
    assert verdicts(masked, exact("huber")) == ("yours agrees except for r > delta (1), where it is 0",)


def focal_with(weight):
    def formula(x, y):
        right = np.where(y == 1, sigmoid(x), sigmoid(-x))
        return -weight(1 - right) * np.log(right)

    return own(formula)


def test_a_focal_loss_with_a_factor_for_a_power():
    said = verdicts(focal_with(lambda wrong: wrong * 2), exact("focal", gamma=2.0), (0.0, 1.0))
    assert said[0] == "yours is 2 times focal with gamma 1: gamma is a factor where it should be an exponent"


def test_code_for_hard_targets_only():
    hard = own(lambda x, y: 0.5 * np.log(1 + np.exp(np.where(y == 1, -x, x))))
    assert verdicts(hard, exact("sigmoid-cross-entropy")) == (
        "yours is 0.5 times sigmoid-cross-entropy for target 0 and 1",
    )


@pytest.mark.parametrize(
    ("name", "formula", "verdict"),
    [
        ("poisson-deviance", lambda f, y: 2 * xlogy(y, y / f) - y + f, "poisson-deviance minus (f - y)"),
        ("poisson-deviance", lambda f, y: xlogy(y, y / f) + 2 * (f - y), "poisson-deviance minus y log(y / f)"),
        ("gamma-deviance", lambda f, y: 2 * np.log(f / y) + y / f - 1, "gamma-deviance plus 1 minus y / f"),
        ("gamma-deviance", lambda f, y: np.log(f / y) + 2 * (y / f - 1), "gamma-deviance minus log(f / y)"),
        (
            "tweedie-deviance",
            lambda f, y: 2 * (y**0.5 / -0.25 - y * f**-0.5 / -0.5) + f**0.5 / 0.5,
            "tweedie-deviance minus 2 f^0.5",
        ),
        (
            "tweedie-deviance",
            lambda f, y: 2 * (y**0.5 / -0.25 + f**0.5 / 0.5) - y * f**-0.5 / -0.5,
            "tweedie-deviance minus 2 y f^-0.5",
        ),
    ],
)
def test_a_deviance_with_the_factor_missing_on_a_term(name, formula, verdict):
    assert verdicts(own(formula), exact(name), (0.5, 3.0), (0.01, 12.0)) == (f"yours is {verdict}",)


def test_an_objective_with_the_sign_of_the_wrong_residual():
    objective = own(None, lambda x, y: y - sigmoid(x), lambda x, _y: sigmoid(x) * (1 - sigmoid(x)))
    assert verdicts(objective, exact("xgboost.binary:logistic")) == ("gradient has the opposite sign (by y - f)",)


def test_a_huber_objective_with_another_delta_and_a_hessian_of_1():
    clipped = own(*(None, *of_residual(lambda r: np.clip(r, -0.9, 0.9), np.ones_like)))
    assert verdicts(clipped, exact("huber")) == ("gradient agrees with delta 0.9", "Hessian is 1 where 0 is exact")


def test_a_huber_objective_with_another_scale():
    scaled = own(*(None, *of_residual(lambda r: np.clip(r / 0.9, -1, 1))))
    assert verdicts(scaled, exact("lightgbm.huber", alpha=0.5)) == (
        "yours is 1.11111 times lightgbm.huber with alpha 0.9",
    )


def test_a_hole_at_a_break_is_found():
    masked = own(*of_residual(lambda r: np.where(r < 0.7, r**2 / 2, 0.0) + np.where(r > 0.7, 0.7 * (r - 0.35), 0.0)))
    masked_below = own(lambda f, y: np.where(f - y < -0.7, 0.7 * (-(f - y) - 0.35), masked.terms(f - y, 1)[0]))
    found = checked(masked_below, exact("huber", delta=0.7))
    (result,) = found.quantities
    holes = [point for point in result.worst if point.difference > 1e-6]
    assert found.verdicts == ("yours differs only where its pieces meet",)
    assert not found.within and {point.own for point in holes} == {0.0}
    assert all(point.prediction - point.target == pytest.approx(0.7, rel=1e-12) for point in holes)


# What else has a verdict of its own.


@pytest.mark.parametrize(
    ("formula", "name", "verdict"),
    [
        (lambda f, y: (f - y) ** 2 / 2, "l2", "is 0.5 times l2"),
        (lambda f, y: (f - y) ** 2 + 3, "l2", "differs by a constant, 3"),
        (lambda f, y: 2 * (f - y) ** 2 + 3, "l2", "is 2 times l2 plus 3"),
        (lambda f, y: -((f - y) ** 2), "l2", "has the opposite sign"),
        (lambda f, y: (f - y) ** 2 + y**2, "l2",
         "differs by a constant for each target: 0 for target 0, 1 for target 1, 6.25 for target -2.5"),
        (lambda f, y: np.minimum((f - y) ** 2, 4), "l2", "is cut off at 4"),
        (lambda f, y: (f - y) ** 4, "l2", "is lp --p 4"),
        (lambda f, _y: 7 + 0 * f, "l2", "is 7 everywhere"),
        (lambda f, y: np.where(y > 0, 3, 0.5) * (f - y) ** 2, "l2", "is l2 times 0.5 for target 0, 3 for target 1, "
         "0.5 for target -2.5"),
        (lambda f, y: (f.astype("f") - np.float32(y)) ** 2, "l2", "agrees up to float32 rounding"),
        (lambda f, y: np.exp(np.clip(f - y, -2, 2)) - np.clip(f - y, -2, 2) - 1, "linex",
         "agrees for r from -1.95 to 1.95, and is constant beyond"),
        (lambda f, y: np.exp(np.sin(f - y)), "l2",
         "differs by nothing as plain as a factor, a term or another parameter"),
        (lambda f, y: 1.2 * np.where(abs(f - y) < 2.5, abs(0.7 - (f > y)) * (f - y) ** 2 / 2,
                                     abs(0.7 - (f > y)) * 2.5 * (abs(f - y) - 1.25)), "quantile-huber",
         "is 1.2 times quantile-huber with tau 0.7 and kappa 2.5"),
    ],
)  # fmt: skip
def test_a_shape_has_a_verdict(formula, name, verdict):
    assert verdicts(own(formula), exact(name))[0] == f"yours {verdict}"


def test_what_is_wrong_for_one_target_is_told_of_that():
    value = TEXTBOOK["sigmoid-cross-entropy"][0]
    cut = own(lambda x, y: np.where(y == 1, np.minimum(value(x, y), 2.0), value(x, y)))
    assert verdicts(cut, exact("sigmoid-cross-entropy")) == ("yours is cut off at 2 for target 1",)


def test_a_huber_that_is_wrong_on_both_sides_tells_of_each():
    code = own(*of_residual(lambda r: np.where(r < -1, 0.0, np.where(r > 1, 3 * r, r**2 / 2))))
    assert verdicts(code, exact("huber")) == (
        "yours agrees except for r < -delta (-1), where it is 0, and for r > delta (1), where it is 3 r",
    )


def test_what_has_no_plain_shape_on_a_side_is_told_roughly():
    code = own(*of_residual(lambda r: np.where(r > 1, np.sin(r), np.where(abs(r) <= 1, r**2 / 2, abs(r) - 0.5))))
    assert verdicts(code, exact("huber")) == ("yours agrees except for r > delta (1)",)


def held(p):
    return np.clip(p, 1e-7, 1 - 1e-7)


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (lambda p, y: -y * np.log(held(p)) - (1 - y) * np.log(1 - held(p)), "is 1e-07-clipped"),
        (
            lambda p, y: -y * np.log(p + 1e-7) - (1 - y) * np.log(1 - p + 1e-7),
            "has 1e-07 added within, as in log(p + 1e-07)",
        ),
        (
            lambda p, y: -y * np.maximum(np.log(p), -100) - (1 - y) * np.maximum(np.log1p(-p), -100),
            "is at most 100 where inf is exact",
        ),
    ],
)
def test_a_cross_entropy_that_is_kept_finite(formula, verdict):
    assert verdicts(own(formula), exact("cross-entropy")) == (f"yours {verdict}",)


def test_a_clip_has_no_slope_beyond_it():
    formula = (None, lambda p, y: np.where(held(p) == p, (p - y) / (held(p) * (1 - held(p))), 0.0))
    value = TEXTBOOK["cross-entropy"][0]
    clipped = own(lambda p, y: value(held(p), y), formula[1])
    assert verdicts(clipped, exact("cross-entropy")) == ("yours is 1e-07-clipped",)


def test_what_overflows_near_is_a_failure_and_what_overflows_far_is_told():
    logistic = own(lambda f, y: np.log(1 + np.exp(-y * f)))
    far = checked(logistic, exact("logistic"))
    assert far.within and far.notes == (
        "far off, value is inf from 1000 on (exact 1000), and inf from -1000 on (exact 1000)",
    )
    near = checked(logistic, exact("logistic"), span=(-1000, 1000))
    (result,) = near.quantities
    assert not near.within and {point.own for point in result.infinite_points} == {np.inf}
    assert near.verdicts[-1].startswith("value is inf at 725, where 725 is exact")


def test_a_difference_at_one_place_alone():
    flat = own(None, None, lambda f, y: np.where(f == y, 0.0, abs(f - y) < 1))
    assert verdicts(flat, exact("huber")) == ("yours agrees except at r = 0, where it is 0",)


def test_a_target_without_numbers_does_not_hide_a_constant():
    deviance = own(None, lambda f, y: np.where(y > 0, 2 * (1 - y / f) - 1, np.nan))
    assert verdicts(deviance, exact("poisson-deviance"))[0] == "yours differs by a constant, -1"


def test_a_huge_factor_of_tiny_numbers_is_no_verdict():
    def formula(p, y):
        right = np.where(y == 1, p, 1 - p)
        return -((1 - right) ** 2) * np.log(right)

    with np.errstate(all="ignore"):
        assert not [said for said in verdicts(own(formula), exact("focal", gamma=2.0)) if "times focal" in said]


def test_what_is_not_a_number_is_a_failure():
    entropy = own(lambda p, y: -y * np.log(p) - (1 - y) * np.log(1 - p))
    found = checked(entropy, exact("cross-entropy"), (0.0, 1.0))
    (result,) = found.quantities
    assert {(point.target, point.prediction) for point in result.nan_points} == {(0.0, 0.0), (1.0, 1.0)}
    assert found.verdicts == (
        "yours agrees where it is finite",
        "value is nan at 0, where 0 is exact, and not finite at 1 more",
    )


def test_the_worst_points_are_told_first():
    found = checked(own(lambda f, y: (f - y) * (f - y) * (1 + 0.1 * (f == 3))), exact("l2"), (0.0,))
    (result,) = found.quantities
    first, second, *rest = result.worst
    assert (first.prediction, first.own, first.exact) == (3.0, pytest.approx(9.9), 9.0) and len(rest) == 3
    assert first.difference == pytest.approx(0.1) and first.ulp == pytest.approx(0.9 * 2**49)
    assert second.difference == 0


@pytest.mark.parametrize("slope", [-1.0, -0.25, 0.0, 1.0])
def test_any_subgradient_at_a_kink_is_right(slope):
    code = own(*of_residual(abs, lambda r: np.where(r == 0, slope, np.sign(r))))
    assert checked(code, exact("l1")).within
    steep = own(*of_residual(abs, lambda r: np.where(r == 0, 1.5, np.sign(r))))
    assert not checked(steep, exact("l1")).within


@pytest.mark.parametrize("bend", [0.0, 1.0])
def test_the_hessian_of_either_side_of_a_break_is_right(bend):
    code = own(*of_residual(*TEXTBOOK_HUBER, lambda r: np.where(abs(r) == 1, bend, abs(r) < 1)))
    assert checked(code, exact("huber")).within


TEXTBOOK_HUBER = (
    lambda r: np.where(abs(r) < 1, r**2 / 2, abs(r) - 0.5),
    lambda r: np.clip(r, -1, 1),
)


def test_numerical_derivatives_are_right_up_to_their_estimated_errors():
    noisy = (lambda f, y: (f - y) ** 2, lambda f, y: 2 * (f - y) + 1e-3 * np.cos(9 * f))

    def errors(f, _y):
        return np.full_like(f, 1e-3), np.full_like(f, 1.0)

    found = checked(own(*noisy, errors=errors), exact("l2"))
    assert found.within and found.verdicts == ("yours agrees with l2 within 1e-06",)
    assert not checked(own(*noisy), exact("l2")).within


@pytest.mark.parametrize("name", ["l1", "huber", "lp", "logistic", "sigmoid-margin", "poisson-nll-log"])
def test_differences_of_values_are_blurred_at_breaks_and_noisy_where_values_cancel(name):
    value, step = TEXTBOOK[name][0], 1e-3

    def slope(f, y):  # of fourth order
        near, far = (value(f + by, y) - value(f - by, y) for by in (step, 2 * step))
        return (8 * near - far) / (12 * step)

    def errors(f, y):
        return 1e-9 * abs(slope(f, y)), 0 * f

    found = checked(own(value, slope, errors=errors), exact(name))
    assert found.within
    assert not checked(own(value, lambda f, y: 1.01 * slope(f, y), errors=errors), exact(name)).within


def test_single_precision_is_told_where_it_agrees():
    code = own(lambda f, y: np.exp(-np.float32(y) * f.astype("f")), TEXTBOOK["exponential"][1])
    found = checked(code, exact("exponential"), span=(-3, 3))
    assert found.within and found.verdicts == ("value agrees with exponential up to float32 rounding",)


def test_single_precision_has_a_tolerance_of_its_own():
    def square(f, y):
        return (np.asarray(f, np.float32) - np.float32(y)) ** 2

    code = own(square, dtype="float32")
    assert usual_tolerance(code) > 1e-6
    assert checked(code, exact("l2")).within


def test_losses_of_several_logits_are_compared():
    def entropy(z, k):
        rows = np.arange(z.shape[-1]) == np.asarray(k)[..., None]
        yield np.log(np.exp(z).sum(-1)) - (z * rows).sum(-1)
        yield np.exp(z) / np.exp(z).sum(-1, keepdims=True) - 2 * rows
        yield np.full((*z.shape, z.shape[-1]), np.nan)

    reference = exact("sparse-softmax-cross-entropy")
    loss = OwnLoss("mine", reference.loss.family, entropy, latex="", gives=("value", "gradient"))
    found = checked(Curve(loss, 0, {}, "mine"), reference)
    value, gradient = found.quantities
    assert value.agrees and not gradient.agrees and found.targets == (0, 1)
    worst = gradient.worst[0]
    assert len(worst.prediction) == len(worst.own) == 3
    assert worst.own[worst.target] == pytest.approx(worst.exact[worst.target] - 1)


@pytest.mark.parametrize("name", ["sparse-softmax-cross-entropy", "crammer-singer", "categorical-cross-entropy", "dice",
                                  "nll", "multilabel-margin", "coral", "info-nce", "z-loss"])  # fmt: skip
def test_every_kind_of_several_numbers_is_compared_with_itself(name):
    reference = exact(name)

    def formula(*arguments, **parameters):
        yield from reference.loss.formula(*arguments, **parameters)

    loss = OwnLoss("mine", reference.loss.family, formula, latex="")
    found = checked(Curve(loss, reference.target, reference.parameters, "mine"), reference)
    assert found.within and all(result.count for result in found.quantities)


@pytest.mark.parametrize("name", ["sparse-softmax-cross-entropy", "categorical-generalized-cross-entropy"])
@pytest.mark.parametrize("factor", [1, 1.01])
def test_plain_code_of_several_numbers_is_differentiated(name, factor):
    def code(y_pred, y_true):
        return np.array([factor * SEVERAL[name](p, k) for p, k in zip(y_pred, y_true, strict=True)])

    if factor == 1:
        losscli.check(code, name, family=name)
    else:
        with pytest.raises(AssertionError, match=f"yours is 1.01 times {name}"):
            losscli.check(code, name, family=name)


def test_several_numbers_are_compared_in_the_range_that_is_given():
    value = SEVERAL["sparse-softmax-cross-entropy"]
    family = exact("sparse-softmax-cross-entropy").loss.family

    def code(low, high):
        return own(lambda z, k: np.where(((z >= low) & (z <= high)).all(-1), value(z, k), 0.0), family=family)

    reference = exact("sparse-softmax-cross-entropy")
    assert checked(code(3, 4), reference, span=(3, 4)).within
    assert not checked(code(3, 3.9), reference, span=(3, 4)).within
    assert not checked(code(-6, 6), reference).within


SCALAR = [loss for loss in catalogue().values() if not loss.family.vector]


@pytest.mark.parametrize("loss", SCALAR, ids=lambda loss: loss.name)
def test_every_loss_agrees_with_itself_to_the_ends(loss):
    reference = exact(loss.name)
    mine = replace(reference, spelling=None, named=None, name="mine")
    assert checked(mine, reference).within
    assert checked(mine, reference).notes == ()


def test_the_catalogue_does_not_agree_with_its_neighbours():
    assert not checked(exact("l2"), exact("huber")).within
    assert not checked(exact("cauchy"), exact("welsch")).within


# The nearest loss of the catalogue.


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (lambda f, y: 3 * (f - y) ** 2 + 1, "3 times l2 plus 1"),
        (lambda f, y: np.where(abs(f - y) < 0.9, (f - y) ** 2 / 2, 0.9 * (abs(f - y) - 0.45)), "huber --delta 0.9"),
        (lambda f, y: abs(f - y) ** 3.3, "lp --p 3.3"),
        (lambda f, y: np.exp(f) - y * f, "poisson-nll-log"),
        (lambda f, y: 2 * np.log1p(np.exp(-y * f)), "2 times logistic"),
        (lambda f, y: 2 * (y * np.log(y / f) - y + f), "poisson-deviance"),
        (lambda f, y: np.where(y == 1, 1 / (1 + np.exp(f)), 1 / (1 + np.exp(-f))) ** 3 * np.log1p(
            np.exp(np.where(y == 1, -f, f))), "focal --gamma 3"),
    ],
)  # fmt: skip
def test_the_nearest_loss(formula, text):
    targets = (0.0, 1.0) if "focal" in text else ()
    assert nearest(own(formula), targets).text == text


@pytest.mark.parametrize("delta", [0.08, 0.37, 1.7, 2.5, 2.8])
def test_the_nearest_loss_has_the_fewest_parameters(delta):
    huber = own(lambda f, y: np.where(abs(f - y) < delta, (f - y) ** 2 / 2, delta * (abs(f - y) - delta / 2)))
    assert nearest(huber).text == f"huber --delta {delta}"


def test_the_nearest_loss_of_a_gradient():
    assert nearest(own(None, lambda f, y: np.clip(f - y, -0.9, 0.9))).text == "huber --delta 0.9"


def test_a_constant_in_a_gradient_is_no_constant_of_a_loss():
    assert nearest(own(None, lambda f, y: 2 * (f - y) + 1)).distance > 1e-3


def test_code_that_is_finite_for_any_number_is_no_loss_of_a_probability():
    code = own(*of_residual(lambda r: np.where(r <= 1, r**2 / 2, r - 0.5)))
    assert catalogue()[nearest(code).name].family.domain.low == -np.inf


def test_the_nearest_loss_says_how_near_it_is():
    found = nearest(own(lambda f, y: (f - y) ** 2 + 0.01 * np.sin(9 * f)))
    assert 1e-4 < found.distance < 1e-2 and "% of it" in found.text


def test_no_loss_is_near_where_nothing_is_finite():
    with pytest.raises(LossplotError, match="no loss of the catalogue"):
        nearest(own(lambda f, _y: np.full_like(f, np.nan)))


def test_own_functions_are_evaluated_lazily():
    """The value alone does not run the gradient, which may be slow."""
    seen = []
    code = own(lambda f, y: (f - y) ** 2, lambda f, _y: seen.append(1) or 0 * f)
    nearest(code)
    assert not seen
    assert len([*islice(code.loss.formula(np.zeros(1), np.zeros(1)), 2)]) == 2 and seen
