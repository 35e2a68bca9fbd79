"""Single ways to break a module: each is a line, what was done there, and the broken tree."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    line: int
    what: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Words are left alone: what a message says is another test's business; so are decorators."""
    whole = ast.parse(source)
    above = {id(one) for node in ast.walk(whole) for one in _decorators(node)}
    for place, node in enumerate(ast.walk(whole)):
        if id(node) in above:
            continue
        for number, (what, _) in enumerate(edits(node)):
            tree = copy.deepcopy(whole)
            other = next(one for at, one in enumerate(ast.walk(tree)) if at == place)
            edits(other)[number][1]()
            yield Mutant(getattr(node, "lineno", 0), what, ast.fix_missing_locations(tree))


def _decorators(node: ast.AST) -> Iterator[ast.AST]:
    """Whether a class has slots or an order is no behaviour that a test could miss."""
    for decorator in getattr(node, "decorator_list", ()):
        yield from ast.walk(decorator)


def edits(node: ast.AST) -> list:
    """What can be done to this node: pairs of a name and the deed."""
    return [*_of_logic(node), *_of_values(node), *_of_ways(node)]


def _of_logic(node: ast.AST) -> list:
    found = []
    if isinstance(node, ast.Compare):
        for number, op in enumerate(node.ops):
            if type(op) in COMPARED:
                other = COMPARED[type(op)]
                found.append(
                    (
                        f"{type(op).__name__} becomes {other.__name__}",
                        lambda number=number, other=other: node.ops.__setitem__(number, other()),
                    )
                )
    if isinstance(node, ast.BoolOp):
        swapped = ast.Or if isinstance(node.op, ast.And) else ast.And
        found.append((f"becomes {swapped.__name__}", lambda: setattr(node, "op", swapped())))
        for number in range(len(node.values)):
            found.append((f"part {number + 1} goes", lambda n=number: node.values.pop(n)))
    return found


def _of_values(node: ast.AST) -> list:
    found = []
    if isinstance(node, ast.BinOp) and type(node.op) in RECKONED:
        reckoned = RECKONED[type(node.op)]
        found.append((f"becomes {reckoned.__name__}", lambda: setattr(node, "op", reckoned())))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        found.append(("not goes", lambda: _without_not(node)))
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        found.append(("is turned round", lambda: setattr(node, "value", not node.value)))
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        found.append(("plus one", lambda: setattr(node, "value", node.value + 1)))
    return found


def _of_ways(node: ast.AST) -> list:
    found = []
    if isinstance(node, ast.If | ast.IfExp):
        for always in (True, False):
            found.append(
                (f"always {always}", lambda a=always: setattr(node, "test", ast.Constant(a)))
            )
    if isinstance(node, ast.Return) and not _nothing(node.value):
        found.append(("returns None", lambda: setattr(node, "value", ast.Constant(None))))
    return found


def _nothing(value: ast.expr | None) -> bool:
    """Already as good as None: `return`, `return None`, `return False`."""
    return value is None or (isinstance(value, ast.Constant) and not value.value)


def _without_not(node: ast.UnaryOp) -> None:
    """bool() twice denied would be the same: once denied is what is wanted."""
    node.operand = ast.UnaryOp(ast.Not(), node.operand)
