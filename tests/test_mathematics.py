"""Mathematics without TeX: in one line, in plain ASCII, and as HTML."""

import pytest

from losscli.losses import catalogue
from losscli.mathematics import Html, Plain, written_out


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"$\frac{1}{2} r^2$", "1/2 r^2"),
        (r"$\frac{a + b}{1 + |r| / \epsilon}$", "(a + b)/(1 + |r| / ε)"),
        (r"$\left(\frac{c^2}{2}x\frac12\right)$", "(c^2/2 x1/2)"),
        (r"$\delta^2 (\sqrt{1 + (r/\delta)^2} - 1)$", "δ^2 (√(1 + (r/δ)^2) − 1)"),
        (r"$\sqrt[3]{x}$", "3√x"),
        (r"$x^{a+1} x^{-1} Y_{true}$", "x^(a+1) x^−1 Y_true"),
        (r"$|r| \leq \lambda \cdot \infty$", "|r| ≤ λ · ∞"),
        (r"$\mathrm{pos\_weight}\,\log(\hat{y})$", "pos_weight log(ŷ)"),
        (r"$\left(\varepsilon\right)$", "(ε)"),
        (r"costs \$5, $\Delta$", "costs $5, Δ"),
        (r"$\frac{1}{2}$ costs $5", r"$\frac{1}{2}$ costs $5"),
    ],
)
def test_mathematics_becomes_a_line_of_text(text, plain):
    assert written_out(text) == plain


def test_what_cannot_be_encoded_has_a_name():
    ascii_only = Plain(str.isascii)
    assert written_out(r"$\sqrt{x} \leq \delta \pm \infty$", ascii_only) == "sqrt(x) <= delta +- inf"


@pytest.mark.parametrize("text", ["$_x^$", "$_$", "$^$$", r"$\frac$", r"$\frac{1}$", "$}{$", r"$\sqrt[$", "$\\$", "$$"])
def test_broken_mathematics_is_read_to_its_end(text):
    assert isinstance(written_out(text), str)
    assert isinstance(written_out(text, Html()), str)


@pytest.mark.parametrize("name", catalogue())
def test_no_formula_keeps_a_trace_of_tex(name):
    for piece, condition in catalogue()[name].pieces:
        text = written_out(f"${piece}$, ${condition}$")
        assert not set(text) & set("\\{}$"), text
