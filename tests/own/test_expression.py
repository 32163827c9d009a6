"""An expression as a loss word: its numbers beside the catalogue's, its breaks, its LaTeX, and what is refused."""

import subprocess
import sys
import time

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from losscli.errors import LossplotError, UsageError
from losscli.losses import names
from losscli.model.breaks import breaks
from losscli.model.curve import Curve
from losscli.own.expression import expression_word

PREDICTIONS = np.concatenate([np.linspace(-4, 4, 161) + 1e-3, [-30.0, 25.0]])


def own(text, target=None, family=None, **parameters):
    """Return the curve of an expression."""
    spelling = expression_word(f"expr:{text}").build({"family": family} if family else {})
    kind = spelling.loss.family.targets
    return Curve(spelling.loss, kind.default if target is None else target, parameters, spelling.name, spelling)


def catalogues(name, target, **parameters):
    """Return the curve of a loss of the catalogue."""
    loss = names()[name]
    given = {item.name: item.default for item in loss.parameters} | parameters
    return Curve(loss, loss.family.targets.default if target is None else target, given, name)


SAME = [
    ("r**2", "l2", 0.7, {}),
    ("abs(r)", "l1", 0.7, {}),
    ("delta**2*(sqrt(1+(r/delta)**2)-1)", "pseudo-huber", -0.5, {"delta": 0.24}),
    ("where(abs(r) <= delta, r**2/2, delta*(abs(r)-delta/2))", "huber", 0.7, {"delta": 0.3}),
    ("max(tau*r*-1, (1-tau)*r)", "quantile", 0.25, {"tau": 0.3}),
    ("log(cosh(r))", "log-cosh", 0.0, {}),
    ("max(0, abs(r) - epsilon)", "epsilon-insensitive", 1.0, {"epsilon": 0.5}),
    ("max(0, 1-m)", "hinge", -1.0, {}),
    ("where(m >= 1, 0, (1-m)**2)", "squared-hinge", 1.0, {}),
    ("exp(-m)", "exponential", -1.0, {}),
    ("softplus(-m)", "logistic", -1.0, {}),
    ("log(1 + exp(-m))", "logistic", 1.0, {}),
    ("y*softplus(-z) + (1-y)*softplus(z)", "sigmoid-cross-entropy", 0.3, {}),
    ("-y*log(sigmoid(z)) - (1-y)*log(sigmoid(-z))", "sigmoid-cross-entropy", 1.0, {}),
    ("-y*log(p) - (1-y)*log(1-p)", "cross-entropy", 0.3, {}),
    ("(p-y)**2", "brier", 0.3, {}),
    ("mu - y*log(mu)", "poisson-nll", 2.0, {}),
]


@pytest.mark.parametrize(("text", "name", "target", "parameters"), SAME)
def test_an_expression_has_the_numbers_and_the_breaks_of_the_catalogues_loss(text, name, target, parameters):
    ours, exact = own(text, target, **parameters), catalogues(name, target, **parameters)
    for found, wanted in zip(ours.terms(PREDICTIONS), exact.terms(PREDICTIONS), strict=True):
        assert found.shape == PREDICTIONS.shape
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    assert [(item.argument, item.jumps, item.subgradient) for item in breaks(ours)] == [
        (pytest.approx(item.argument, rel=1e-15), item.jumps, item.subgradient) for item in breaks(exact)
    ]


FUNCTIONS = {
    "sin(r)": (np.sin, np.cos, lambda r: -np.sin(r)),
    "cos(r)": (np.cos, lambda r: -np.sin(r), lambda r: -np.cos(r)),
    "tan(r)": (np.tan, lambda r: np.cos(r) ** -2, lambda r: 2 * np.tan(r) * np.cos(r) ** -2),
    "sinh(r)": (np.sinh, np.cosh, np.sinh),
    "tanh(r)": (np.tanh, lambda r: np.cosh(r) ** -2, lambda r: -2 * np.tanh(r) * np.cosh(r) ** -2),
    "atan(r)": (np.arctan, lambda r: 1 / (1 + r**2), lambda r: -2 * r / (1 + r**2) ** 2),
    "expm1(r)": (np.expm1, np.exp, np.exp),
    "log1p(r**2)": (
        lambda r: np.log1p(r**2),
        lambda r: 2 * r / (1 + r**2),
        lambda r: 2 * (1 - r**2) / (1 + r**2) ** 2,
    ),
    "sigmoid(r)": (
        lambda r: 1 / (1 + np.exp(-r)),
        lambda r: 1 / (2 + np.exp(-r) + np.exp(r)),
        lambda r: (1 - np.exp(r)) / (1 + np.exp(r)) / (2 + np.exp(-r) + np.exp(r)),
    ),
    "2**r": (lambda r: 2**r, lambda r: np.log(2) * 2**r, lambda r: np.log(2) ** 2 * 2**r),
    "exp(r*log(2))**e": (
        lambda r: 2 ** (np.e * r),
        lambda r: np.e * np.log(2) * 2 ** (np.e * r),
        lambda r: (np.e * np.log(2)) ** 2 * 2 ** (np.e * r),
    ),
    "r*sin(pi*r)/3": (
        lambda r: r * np.sin(np.pi * r) / 3,
        lambda r: (np.sin(np.pi * r) + np.pi * r * np.cos(np.pi * r)) / 3,
        lambda r: (2 * np.pi * np.cos(np.pi * r) - np.pi**2 * r * np.sin(np.pi * r)) / 3,
    ),
}


@pytest.mark.parametrize("text", FUNCTIONS)
def test_functions_have_exact_derivatives(text):
    r = np.linspace(-3, 3, 101) + 1e-3
    for found, wanted in zip(own(text).terms(r), FUNCTIONS[text], strict=True):
        np.testing.assert_allclose(found, wanted(r), rtol=1e-11, atol=1e-13)


def test_the_error_function_has_exact_derivatives():
    from scipy.special import erf

    r = np.linspace(-4, 4, 101)
    bell = 2 / np.sqrt(np.pi) * np.exp(-r * r)
    for found, wanted in zip(own("erf(r)").terms(r), (erf(r), bell, -2 * r * bell), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)


def test_a_power_may_be_a_parameter_and_a_letter_of_another_family():
    r = np.array([-2.0, -0.5, 1e-9, 1.0])
    with pytest.raises(UsageError, match="--family"):
        own("abs(r)**p", p=1.0)
    for p in (1.0, 1.5, 2.0, 3.0):
        for found, wanted in zip(
            own("abs(r)**p", 0.0, "residual", p=p).terms(r), catalogues("lp", 0.0, p=p).terms(r), strict=True
        ):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)
    assert [float(term) for term in own("abs(r)**p", 0.0, "residual", p=2.0).terms(np.array(0.0))] == [0, 0, 2]
    assert [float(term) for term in own("abs(r)**p", 0.0, "residual", p=1.5).terms(np.array(0.0))] == [0, 0, np.inf]
    assert [(item.argument, item.jumps) for item in breaks(own("abs(r)**p", 0.0, "residual", p=1.0))] == [
        (0.0, ("gradient",))
    ]


def test_usual_forms_keep_their_digits():
    far = own("log(1 + exp(-m))", 1.0).terms(np.array([-800.0, 40.0, 800.0]))
    np.testing.assert_allclose(far[0], [800, np.exp(-40.0), 0], rtol=1e-12)
    np.testing.assert_allclose(far[1], [-1, -np.exp(-40.0), 0], rtol=1e-12)
    np.testing.assert_allclose(own("log(1 + r**2)").terms(np.array([1e-9]))[0], [1e-18], rtol=1e-12)
    np.testing.assert_allclose(own("exp(r) - 1").terms(np.array([1e-12]))[0], [1e-12 + 5e-25], rtol=1e-15)
    np.testing.assert_allclose(own("1/(1 + exp(-r))").terms(np.array([-800.0]))[2], [0], atol=1e-300)


BREAKS = {
    "abs(r - a)": (2.5,),
    "abs(abs(abs(r) - 1) - 0.5)": (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5),
    "where(abs(r - 5) <= 0.01, 1, 0)": (4.99, 5.01),
    "clip(3*r - 1, -1, a)": (0.0, 3.5 / 3),
    "where(0 < r < a and not r == 1, r, -r)": (0.0, 2.5),
    "where(r**3 > a, 1, 0)": (2.5 ** (1 / 3),),
    "max(r, -r, a)": (-2.5, 2.5),
    "sign(r) + sign(r - 1e6)": (0.0, 1e6),
    "abs(1/r)": (),  # a pole, from both sides infinite
    "max(r**2, 0)": (),  # nothing jumps
    "abs(r)**3": (),
    "abs(r)*r": (0.0,),
}


@pytest.mark.parametrize("text", BREAKS)
def test_breaks_are_where_pieces_meet_and_something_jumps(text):
    parameters = {item.name: 2.5 for item in expression_word(f"expr:{text}").parameters}
    found = [item.argument for item in breaks(own(text, **parameters))]
    assert found == pytest.approx(list(BREAKS[text]), rel=1e-14)


def test_breaks_follow_the_target():
    assert [item.prediction for item in breaks(own("abs(f - y)**1", 1.75))] == [1.75]
    assert [item.prediction for item in breaks(own("max(0, 1 - m)", -1.0))] == [-1.0]
    assert [item.prediction for item in breaks(own("max(0, 1 - y*f)", -1.0, "margin"))] == [-1.0]
    assert breaks(own("where(y > 0.5, z, -z)", 1.0)) == []
    assert own("where(y > 0.5, z, -z)", 0.0).terms(np.array([3.0]))[1] == [-1]


def test_a_value_or_a_derivative_that_does_not_depend_on_the_prediction_has_its_shape():
    for text in ("y", "y*f", "0*f + 3"):
        for term in own(text, 2.0).terms(np.zeros((2, 3))):
            assert term.shape == (2, 3)


FAMILIES = {
    "r": "residual", "m": "margin", "z": "logit", "z*y": "logit", "p": "probability", "p - y": "probability",
    "f - y": "number", "f": "number", "y": "number", "d": "distance", "mu - y": "positive", "q*log(q/x)": "divergence",
    "1 - c": "similarity", "h": "preference", "rho*A": "ratio", "1 - exp(-(r/c)**2)": "residual",
}  # fmt: skip


@pytest.mark.parametrize("text", FAMILIES)
def test_letters_say_the_family(text):
    assert expression_word(f"expr:{text}").build({}).loss.family.name == FAMILIES[text]


@pytest.mark.parametrize("name", ["margin", "probability", "positive", "residual", "number"])
def test_prediction_and_target_may_be_used_in_any_family(name):
    curve = own("2*(f - y)**2", 1.0, name)
    assert curve.loss.family.name == name
    assert [float(term) for term in curve.terms(np.array(0.5))] == [0.5, -2.0, 4.0]


def test_parameters_are_the_other_letters():
    word = expression_word("expr:tau*r**2 + lam_2*r**k + pi*e + abs(r)")
    assert [(item.name, item.latex, item.required, item.default) for item in word.parameters] == [
        ("tau", r"\tau", True, None),
        ("lam_2", r"\lambda_{2}", True, None),
        ("k", "k", True, None),
    ]
    assert word.build({}).parameters == word.parameters
    assert {item.name for item in expression_word("expr:abs(r)**p").parameters} == {"r", "p"}
    spelling = expression_word("expr:abs(r)**p").build({"family": "residual"})
    assert [item.name for item in spelling.parameters] == ["p"]


WRONG = {
    "3": "no letter", "a*b": "no letter", "r*m": "several families", "z*p": "several families",
    "r*y": "do not go together", "m*y": "do not go together", "": "empty", "r +": "cannot be read", "r^2": r"say \*\*",
    "sqr(r)": "did you mean sqrt", "abs": "is a function", "abs(r, r)": "has 1 argument",
    "max(r)": "2 or more", "where(r, 1, 2)": "no condition",
    "r > 0": "nothing an expression has", "lambda*r": "may be called lam", "inf*r": "no name", "_r": "no name",
    "δ*r": "no name", "2r": "cannot be read", "r, r": "nothing an expression has", "r % 2": "nothing an expression has",
    "True*r": "nothing an expression has", "1j*r": "nothing an expression has", "abs(x=r)": "has 1 argument",
    "1/0*r": "no finite number", "10**400*r": "no finite number", "1e999*r": "no finite number",
    "(-8)**(1/3)*r": "no finite number", "pi(r)": "no function",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_expression_is_told_in_one_line(text):
    with pytest.raises(UsageError, match=WRONG[text]) as caught:
        own(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("text", "family", "said"),
    [
        ("r", "rest", "the families are"),
        ("z", "multiclass", "several numbers"),
        ("r", "margin", "no m nor f"),
        ("f*m", "margin", "both stand for"),
        ("c*y", "similarity", "has none"),
    ],
)
def test_a_family_that_does_not_fit_is_told(text, family, said):
    with pytest.raises(UsageError, match=said):
        own(text, None, family)


HOSTILE = [
    "r.__class__.__mro__", "__import__('os').system('true')", "(lambda: r)()", "[r for r in [1]]", "'r'*10**9", "b'r'",
    "9**9**9", "9**9**9**9*r", "(" * 10_000 + "r" + ")" * 10_000, "(" * 900 + "r" + ")" * 900, "-" * 1_990 + "r",
    "+".join(["r"] * 900), "sin(" * 300 + "r" + ")" * 300, "9" * 1_999, "r\0", "r if r else r", "f'{r}'", "r[0]",
    "(r:=3)", "await_(r)", "print(r)", "...", "None", "*r", "not r", "r" * 1_000_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_end_quickly_in_one_short_line(text):
    before = time.process_time()
    with pytest.raises(UsageError) as caught:
        own(text)
    assert time.process_time() - before < 1
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 400


HEAVY = [
    "9**((9*r)**1e300/r**1e300)", "((r**900)**900)**900", "r**" * 30 + "2", "sin(cos(" * 20 + "r" + "))" * 20,
    "*".join(f"sin({place}*r)" for place in range(50)), "1e300*r*1e300*r*1e300",
    "exp(" * 30 + "r" + ")" * 30, "10**300*r*10**300",
]  # fmt: skip


@pytest.mark.parametrize("text", HEAVY, ids=range(len(HEAVY)))
def test_expressions_whose_derivatives_would_swell_are_quick(text):
    own("r").terms(PREDICTIONS)  # imports SymPy
    before = time.process_time()
    assert own(text).terms(np.ones(3))[2].shape == (3,)
    assert time.process_time() - before < 1


LATEX = {
    "delta**2*(sqrt(1+(r/delta)**2)-1)": r"\delta^2 (\sqrt{1 + (r / \delta)^2} - 1)",
    "-y*log(p)-(1-y)*log(1-p)": r"-y \log(p) - (1 - y) \log(1 - p)",
    "1/2*r**2": r"\frac{1}{2} r^2",
    "r*2*3": r"r \cdot 2 \cdot 3",
    "a_1*(r-(b-c))*1.5e-7": r"a_{1} (r - (b - c)) (1.5 \cdot 10^{-7})",
    "2**-r": "2^{-r}",
    "(-r)**2": "(-r)^2",
    "-r**2": "-r^2",
    "(r/2)**(1/2)": r"(r / 2)^{\frac{1}{2}}",
    "abs(r)**1.5 + exp(r)": "|r|^{1.5} + e^r",
    "log1p(-r)": r"\log(1 + (-r))",
    "max(0, 1-m)": r"\max(0, 1 - m)",
    "r/(1+alpha+beta_long*r)": r"\frac{r}{1 + \alpha + \beta_{\mathrm{long}} r}",
    "where((r>0 and r!=1 or r<=-2) and not r==-3, 1, r)": [
        ("1", r"((r > 0\ \mathrm{and}\ r \neq 1)\ \mathrm{or}\ r \leq -2)\ \mathrm{and}\ \mathrm{not}\ (r = -3)"),
        ("r", "otherwise"),
    ],
    "where(abs(r)<=delta, r**2/2, where(r>0, r, -r))": [
        (r"\frac{r^2}{2}", r"|r| \leq \delta"),
        ("r", "r > 0"),
        ("-r", "otherwise"),
    ],
}


@pytest.mark.parametrize("text", LATEX)
def test_the_formula_stands_as_it_was_typed(text):
    assert expression_word(f"expr:{text}").build({}).loss.latex == LATEX[text]


DRAWN = [
    *LATEX, *FUNCTIONS, *(row[0] for row in SAME),
    *BREAKS, "r*Omega*lam*some_long_name*x12*theta_max", "where(r >= 0 and r != 2 or not r == 5, 1, 2)*r",
    "1 + where(r < 1, clip(r, 0, 1), sign(r))",
]  # fmt: skip


@pytest.mark.parametrize("text", dict.fromkeys(DRAWN))
def test_matplotlib_draws_every_formula_and_parameter(text):
    loss = expression_word(f"expr:{text}").build({}).loss
    for letters in [
        *(part for piece, when in loss.pieces for part in (piece, when)),
        *(p.latex for p in loss.parameters),
    ]:
        if letters not in ("", "otherwise"):
            MathTextParser("path").parse(f"${letters}$")


def test_facts_of_an_expression():
    spelling = expression_word("expr:r**2").build({})
    assert (spelling.name, spelling.loss.name, spelling.loss.title) == ("expr:r**2", "expr:r**2", "r**2")
    assert (spelling.loss.convex, spelling.loss.symmetric) == ("unknown", False)
    assert spelling.loss.gives == ("value", "gradient", "hessian")


def test_sympy_is_imported_for_numbers_alone():
    code = (
        "import sys; from losscli.own.expression import expression_word;"
        "word = expression_word('expr:delta*abs(r)'); word.build({}); assert word.parameters;"
        "assert not {'sympy', 'numpy', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_sympy_is_told(monkeypatch):
    monkeypatch.setattr("losscli.own.expression.find_spec", lambda _name: None)
    with pytest.raises(LossplotError, match=r"pip install 'lossplot\[expr\]'"):
        own("r**2")
