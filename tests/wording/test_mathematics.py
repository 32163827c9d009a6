"""Mathematics without TeX: in one line, in plain ASCII, and as HTML."""

import re

import pytest
from matplotlib.mathtext import MathTextParser

from losscli.losses import catalogue
from losscli.names.arithmetic import scaled
from losscli.wording.mathematics import Html, Plain, written_out


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


@pytest.mark.parametrize(
    ("latex", "factor", "shift", "result"),
    [
        ("1 - c", 1, -1, "-c"),
        ("1 - c", 0.5, 0, r"\frac{1}{2} \left( 1 - c \right)"),
        ("1", 1, -1, "0"),
        ("0", 0.5, 0, "0"),
        (r"2 (a + b - 1)", 0.5, 1, "a + b"),
        (r"2 (a + b - 1)", 0.5, 1.25, "a + b + 0.25"),
        (r"2 (a + b)", 0.25, 0, r"\frac{1}{2} \left( a + b \right)"),
        (r"2 \left( a + b \right)", 0.5, 0, "a + b"),
        (r"2 (a + b) - 1", 0.5, 0, r"\frac{1}{2} \left( 2 (a + b) - 1 \right)"),
        ("(a + b) (c - d)", 1 / 3, 0, r"\frac{1}{3} (a + b) (c - d)"),
        ("(a + b)^2", 100, 0.5, "100 (a + b)^2 + 0.5"),
        ("(1 - a)", 1 / 3, 0, r"\frac{1}{3} \left( 1 - a \right)"),
        (r"|f - y|", 1 / 12, 0, r"\frac{1}{12} |f - y|"),
        (r"-\log p", 0.1, 0, r"0.1 \left( -\log p \right)"),
        (r"\sum_{j + 1} x", 2.5, -1e-7, r"\frac{5}{2} \, \sum_{j + 1} x - 1 \cdot 10^{-7}"),
        ("2 x", 0.3, 0, r"0.3 \cdot 2 x"),
        ("x", 1.2345678e9, 0, r"1.23457 \cdot 10^{9} x"),
        ("x - y", "F", "C", r"F \left( x - y \right) + C"),
        ("2 (x - y)", "F", 0, r"F \cdot 2 (x - y)"),
    ],
)
def test_a_formula_times_a_number_plus_a_number(latex, factor, shift, result):
    assert scaled(latex, factor, shift) == result


@pytest.mark.parametrize("name", catalogue())
def test_any_formula_can_be_scaled(name):
    for piece, _ in catalogue()[name].pieces:
        for factor, shift in ((1 / 3, -2), (0.5, 1), (1, 0.5)):
            text = scaled(piece, factor, shift)
            assert not re.search(r"\(\(|\( ?\\left\(|^\\left\(.*\\right\)$", text.replace(piece, ""))
            MathTextParser("path").parse(f"${text}$")


def test_what_begins_a_tag_is_escaped_in_html_and_quotes_are_not():
    assert written_out("\"a\" & <b> 'c' $x$", Html()) == "\"a\" &amp; &lt;b&gt; 'c' x"
