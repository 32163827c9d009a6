"""Forms of an expression that keep its digits: log(1 + exp(x)) becomes softplus(x), log(1 + x) becomes log1p(x)."""

from __future__ import annotations

import ast


def stable(node: ast.expr) -> ast.expr:
    """Return an equal expression that does not overflow or cancel where the one that was typed does so needlessly."""
    if isinstance(node, ast.UnaryOp):
        return ast.UnaryOp(node.op, stable(node.operand))
    if isinstance(node, ast.BinOp):
        return _better(ast.BinOp(stable(node.left), node.op, stable(node.right)))
    if isinstance(node, ast.Call):
        return _better(ast.Call(node.func, [*map(stable, node.args)], []))
    if isinstance(node, ast.Compare):
        return ast.Compare(stable(node.left), node.ops, [*map(stable, node.comparators)])
    return ast.BoolOp(node.op, [*map(stable, node.values)]) if isinstance(node, ast.BoolOp) else node


def _better(node: ast.expr) -> ast.expr:
    """Return a better form of a node whose parts have theirs; the node itself if there is none."""
    found = node
    match node:
        case ast.Call(ast.Name("log"), [ast.BinOp(ast.Constant(1), ast.Add(), x)]):
            found = _better(_call("log1p", x))
        case ast.Call(ast.Name("log"), [ast.BinOp(x, ast.Add(), ast.Constant(1))]):
            found = _better(_call("log1p", x))
        case ast.Call(ast.Name("log"), [ast.BinOp(ast.Constant(1), ast.Sub(), x)]):
            found = _call("log1p", ast.UnaryOp(ast.USub(), x))
        case ast.Call(ast.Name("log1p"), [ast.Call(ast.Name("exp"), [x])]):
            found = _call("softplus", x)
        case ast.BinOp(ast.Call(ast.Name("exp"), [x]), ast.Sub(), ast.Constant(1)):
            found = _call("expm1", x)
        case ast.BinOp(
            ast.Constant(1), ast.Div(), ast.BinOp(ast.Constant(1), ast.Add(), ast.Call(ast.Name("exp"), [x]))
        ):
            found = _call("sigmoid", ast.UnaryOp(ast.USub(), x))
    return found


def _call(name: str, argument: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), [argument], [])
