"""Every small change of a module's source that its tests should notice.

The changes are mutmut's: another number, string, operator or argument. mutmut itself would try them in
undecorated functions only, which leaves out each lint rule, each property and cached function, and every
constant; here they are tried wherever a module has something that runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst import matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

# What no test under tests/rules/ could or should notice: types are mypy's, the wording of a sentence is the
# catalogue's (tests/test_messages.py), and how a dataclass is stored is nobody's concern.
TYPE_ALIAS = m.Assign(value=m.Subscript())
SENTENCE = m.Call(func=m.Name("_"))
NOT_MUTATED = (
    m.Annotation() | m.Import() | m.ImportFrom() | m.Decorator(m.Call(m.Name("dataclass"))) | TYPE_ALIAS
)
# Without its argument such a call raises, which any test notices.
NOT_CALLED_OTHERWISE = m.Call(func=m.Name("len") | m.Name("isinstance"))


@dataclass(frozen=True, slots=True, eq=False)
class Mutant:
    """One change of one module. `function` is the lines of the outermost function that it is in, if any."""

    path: Path
    module: cst.Module
    original: cst.CSTNode
    changed: cst.CSTNode
    line: int
    function: range | None

    @property
    def code(self) -> str:
        """The module's whole source with the change."""
        return self.module.deep_replace(self.original, self.changed).code

    def __str__(self) -> str:
        before, after = (
            " ".join(self.module.code_for_node(node).split()) for node in (self.original, self.changed)
        )
        return f"{self.path.name}:{self.line}: {before}  ->  {after}"


class Mutator(cst.CSTVisitor):
    """Collects the mutants of a module, in the order of its source."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, path: Path, module: cst.Module) -> None:
        super().__init__()
        self.path = path
        self.module = module
        self.functions: list[cst.FunctionDef] = []
        self.mutants: list[Mutant] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, NOT_MUTATED):
            return False
        if isinstance(node, cst.FunctionDef):
            self.functions.append(node)
        self.mutants.extend(self.mutants_of(node))
        return not m.matches(node, SENTENCE)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef):
            self.functions.pop()

    def mutants_of(self, node: cst.CSTNode) -> Iterator[Mutant]:
        if m.matches(node, NOT_CALLED_OTHERWISE):
            return
        for kind, operator in mutation_operators:
            for changed in operator(node) if isinstance(node, kind) else ():
                if not node.deep_equals(changed):
                    function = self.position(self.functions[0]) if self.functions else None
                    yield Mutant(
                        self.path,
                        self.module,
                        node,
                        changed,
                        line=self.position(node).start.line,
                        function=range(function.start.line, function.end.line + 1) if function else None,
                    )

    def position(self, node: cst.CSTNode) -> CodeRange:
        return self.get_metadata(PositionProvider, node)


def mutants_of(path: Path) -> list[Mutant]:
    """The mutants of the module at `path`, each with a source of its own."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text(encoding="utf-8")))
    mutator = Mutator(path, wrapper.module)
    wrapper.visit(mutator)
    return mutator.mutants
