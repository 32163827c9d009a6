"""A grammar of command lines, made from the options that are declared: whatever is added to them is made up too."""

import shlex
import shutil
from functools import cache
from pathlib import Path

import click
import matplotlib as mpl
import numpy as np

from losscli.cli.declared import drawing_options
from losscli.cli.main import CHECK, INFO, ROOT
from losscli.cli.options import Number, Readable
from losscli.errors import LossplotError
from losscli.losses import catalogue
from losscli.names.find import find
from losscli.names.frameworks import rows
from losscli.own import find_own
from losscli.recipe.formats import FORMATS, MOVING
from losscli.recipe.recipe import GROUPS, Length
from losscli.recipe.rules import TERMINAL, USED_BY
from losscli.recipe.sizes import NAMED
from losscli.training.optimizers import OPTIMIZERS

NUMBERS = ["0", "1", "-1", "0.5", "2", "-0.3", "1e-9", "-7.25", "0.999", "30", "1e3"]
STRANGE = [
    "", " ", "nan", "inf", "-inf", "-1", "x", "1e400", "1e-320", "5e-324", "1.7e308", "0:1:3", "0:1", "1:0:3", "٣", "-",
    "--", "none", "a,b", "1,2", "$x$", "${", "%s%n", "{0}", "9" * 400, "ü", "\u202e", "\x1b[31m", "\t", "a\nb",
    "<b>&\"'", "--nosuch", "-x", "\udcff", "损失", "1_0", "0x10", "1e5:1e6:2", "$\\frac{1}{0}$", "'", "\\", "[]", "*",
]  # fmt: skip
TEXTS = [
    "Loss", "$\\alpha^2$", "a\nb", "<script>alert(1)</script>", "100 %", "$1", "ü损失", "", " ", "\\n", "a" * 90,
    "_nolegend_", "]]>", "&amp;", "$$", "$\\nosuch$", "_", "{x}",
]  # fmt: skip
NAMES = ["a", "b", "c.d", "ü", "with space", "-dash", "_", "folder/a"]
STYLES = ["plain", "paper", "slides", "dark", "tutorial", "ggplot", "classic", "own.mplstyle", "./own.mplstyle", "no"]
LETTERS = ["r", "r", "m", "p", "z", "f", "mu", "d", "q", "c", "h", "rho", "y", "a", "delta", "tau", "2", "0.5", "1"]
FORMS = [
    "{}+{}", "{}-{}", "{}*{}", "{}/{}", "{}**{}", "-{}", "abs({})", "exp({})", "log({})", "log1p({})", "sqrt({})",
    "sin({})", "tanh({})", "max({},{})", "min({},{})", "where({}>0,{},{})", "where(abs({})<={},{},{})", "sign({})",
    "log(cosh({}))", "({})", "erf({})", "{}**2", "{}**1.5", "1/(1+exp({}))", "{}.real", "{}[0]", "{};{}",
]  # fmt: skip
FORMULAS = [
    "r**2",
    "abs(r)**a",
    "max(0,1-m)",
    "log(1+exp(-m))",
    "-y*log(p)-(1-y)*log(1-p)",
    "log(cosh(r))",
    "mu-y*log(mu)",
]
CODE = '''
import numpy as np

def huber(y_pred, y_true, delta=2.0):
    """Huber loss."""
    r = y_pred - y_true
    near = abs(r) <= delta
    return np.where(near, r * r / 2, delta * (abs(r) - delta / 2)), np.clip(r, -delta, delta), np.where(near, 1.0, 0.0)

def plain(y_pred, y_true, scale: float = 1.0):
    return scale * abs(y_pred - y_true) ** 1.5

def steps(y_pred, y_true):
    yield np.floor(y_pred - y_true)

def objective(preds, dtrain):
    r = preds - dtrain.get_label()
    return r, np.ones_like(r)

def several(y_pred, y_true):
    return (np.log(np.exp(y_pred).sum(-1)) - (y_true * y_pred).sum(-1))

def logs(y_pred, y_true):
    return -y_true * np.log(y_pred) - (1 - y_true) * np.log(1 - y_pred)

def mean(y_true, y_pred):
    return ((y_pred - y_true) ** 2).mean()

def nan(y_pred, y_true):
    return y_pred * np.nan

def broken(y_pred, y_true):
    raise ValueError("no such\\nthing")

def text(y_pred, y_true):
    return "text"

def exits(y_pred, y_true):
    raise SystemExit(3)

class Loss:
    """A loss with a state."""
    def __init__(self, gamma=2.0):
        self.gamma = gamma
    def __call__(self, y_pred, y_true):
        return abs(y_pred - y_true) ** self.gamma

number = 3
'''
OWN = [
    "huber", "plain", "steps", "objective", "several", "logs", "mean", "nan", "broken", "text", "exits", "Loss",
    "number", "nosuch", "",
]  # fmt: skip
TABLES = {
    "rows": ("y_true,y_pred,w", "0,0.5,1\n1,3,2\n2,2,1\n0,-4,1\n,1,1\n5,5.5,0\n"),
    "means": ("target,prediction,w", "1,0.5,1\n3,2.5,1\n0,0.25,2\n7,9,1\n"),
    "labels": ("label,prob,w", "1,0.9,1\n0,0.2,1\n1,0.4,3\n0,0,1\n"),
    "signs": ("y_true,y_pred,w", "1,0.9,1\n-1,0.2,1\n1,-4,3\n-1,0,1\n"),
    "classes": ("label,z0,z1,z2,w", "0,1,2,3,1\n2,0,0,-1,2\n1,5,1,1,1\n"),
    "shares": ("t0,t1,z0,z1", "0.5,0.5,1,2\n1,0,0,0\n"),
    "wrong": ("y_true,y_pred", "a,b\n"),
    "one": ("y_true,y_pred", "1,2\n"),
}


def furnish(folder):
    """Make the files that command lines name, in an empty folder."""
    for name in ("folder", "figures", "data"):
        (folder / name).mkdir()
    for name, (header, text) in TABLES.items():
        (folder / f"{name}.csv").write_text(f"{header}\n{text}")
    (folder / "data" / "part.csv").write_text("y_true,y_pred,w\n1,2,1\n0,2,1\n")
    (folder / "rows.tsv").write_text("y_true\ty_pred\n0\t1\n3\t1\n")
    np.save(folder / "rows.npy", np.array([[0.0, 0.5], [1, 3], [2, np.nan], [4, np.inf]]))
    np.savez(folder / "rows.npz", y_true=np.array([0, 1, 2]), y_pred=np.array([0.5, 0.5, 9.0]))
    (folder / "empty.csv").write_text("")
    (folder / "rubbish.bin").write_bytes(bytes(range(256)))
    (folder / "at.txt").write_text("# predictions\n0.25\n-1\n0.5\n")
    (folder / "vectors.txt").write_text("1,2,3\n0,0,1\n")
    (folder / "pairs.txt").write_text("0.5 1\n0.25 0\n")
    (folder / "mine.py").write_text(CODE)
    (folder / "faulty.py").write_text("import nosuchmodule\n")
    (folder / "own.mplstyle").write_text("lines.linewidth: 3\naxes.grid: True\n")
    (folder / "wrong.mplstyle").write_text("nosuch: 3\nlines.linewidth: x\n")
    shutil.copy(Path(mpl.get_data_path(), "fonts/ttf/DejaVuSerif.ttf"), folder / "own.ttf")
    (folder / "link.svg").symlink_to("figures/linked.svg")
    (folder / "loop.svg").symlink_to("loop.svg")


FILES = [
    "rows.csv",
    "rows.tsv",
    "rows.npy",
    "rows.npz",
    "data",
    "empty.csv",
    "rubbish.bin",
    "nosuch.csv",
    "-",
    "mine.py",
]


@cache
def accepted(name, option):
    """Return targets or predictions that a loss takes, as text."""
    spelling = find(name) or find_own(name).build({})
    kind = spelling.reads({item.name: item.default for item in spelling.parameters})
    found = []
    for text in [*NUMBERS, "3", "1,0,0", "0.2,0.3,0.5", "1,0", "0,1,1", "0.5,0.5"]:
        try:
            value = kind.read(text) if option == "target" else float(text)
        except (LossplotError, ValueError):
            continue
        if option == "target" or value in spelling.loss.family.domain:
            found.append(text)
    return found or NUMBERS


class Grammar:
    """Makes up command lines with a generator of random numbers, which alone decides."""

    def __init__(self, rng):
        self.rng = rng

    def chance(self, share):
        return self.rng.random() < share

    def line(self):
        """Return the words of a command line, most of them right."""
        verbs = {"draw": 80, "check": 5, "info": 4, "redo": 4, "batch": 4, "list": 2, "help": 1}
        verb = self.rng.choices([*verbs], [*verbs.values()])[0]
        words = [str(word) for word in getattr(self, verb)()]
        return self.changed(words) if self.chance(0.08) else words

    def changed(self, words):
        """Return words with one left out, said twice, moved or replaced."""
        words, place = [*words], self.rng.randrange(len(words))
        kind = self.rng.randrange(4)
        if kind == 0:
            words.pop(place)
        elif kind == 1:
            words.insert(self.rng.randrange(len(words)), words[place])
        elif kind == 2:
            words.insert(self.rng.randrange(len(words)), words.pop(place))
        else:
            words[place] = self.rng.choice(STRANGE)
        return words

    # Verbs

    def draw(self):
        kind = self.rng.choices(["figure", "numbers", "data", "steps"], [58, 12, 16, 14])[0]
        names = self.losses()
        words = self.loss_words(names, sweeps=kind == "figure")
        if kind != "data" and self.chance(0.4):
            words += self.targets(names[0], sweeps=kind == "figure")
        if kind == "numbers":
            return self.mixed(words, self.numbers(names[0]))
        if kind == "figure":
            return self.mixed(words, self.figure(names[0], swept=any(word.count(":") == 2 for word in words)))
        words += self.data(names[0]) if kind == "data" else self.descent(names[0])
        if self.chance(0.6):
            form = self.rng.choice(["png", "svg", "pdf", "jpg", "svg", "webp"])
            words += ["-o", f"{self.rng.choice(NAMES)}.{form}", *self.looks([form], out=("view", "show", "mark"))]
        return self.mixed(words, [])

    def figure(self, name, *, swept):
        """Return outputs and options of a figure, most of them of use there."""
        outputs, kinds = self.outputs(swept=swept)
        spelling = find(name)
        several = spelling and spelling.loss.family.vector
        words = ["--points", str(self.rng.choice([2, 3, 20, 100]))] * self.chance(0.7)
        if self.chance(0.3) if several else self.chance(0.02):
            words += ["--logits", self.vector(), "--vary", str(self.rng.randrange(3))][: self.rng.choice([2, 4])]
        return [*outputs, *self.mixed(words, self.looks(kinds, out=() if swept else ("view",)))]

    def looks(self, kinds, out):
        """Return options that these kinds of output use, without some; now and then any option."""
        options = [option for option in drawing_options() if getattr(option, "group", "") in GROUPS]
        looks = [
            option for option in options
            if option.group not in GROUPS[1:5] and option.name not in ("logits", "vary", "target", "points", *out)
            and (option.name not in USED_BY or {*USED_BY[option.name]} & {*kinds})
        ]  # fmt: skip
        some = self.rng.sample(looks, min(len(looks), int(self.rng.expovariate(0.4))))
        some += self.rng.sample(options, 1) * self.chance(0.06)
        return [word for option in some for word in self.option(option)]

    def mixed(self, words, others):
        """Return both, some of the others in front."""
        return [*others, *words] if self.chance(0.2) else [*words, *others]

    def check(self):
        own = self.own()
        others = self.losses()[: self.rng.choice([0, 1, 1, 1, 2])]
        words = ["check", *self.loss_words([own], sweeps=False), *self.loss_words(others, sweeps=False)]
        return [*words, *self.some(CHECK.options(), 2)]

    def info(self):
        names = self.losses()
        return ["info", *self.loss_words(names), *self.some(INFO.options(), 1)]

    def list(self):
        return ["list", *self.some(ROOT.commands["list"].params, 2)]

    def help(self):
        return self.rng.choice(
            [["--help"], ["--version"], [*self.losses(), "--help"], [self.rng.choice([*ROOT.commands]), "-h"], []]
        )

    def redo(self):
        found = [*Path().glob("*.*"), *Path("figures").glob("*")]
        files = self.rng.choices(sorted(map(str, found)), k=self.rng.choice([1, 1, 1, 2]))
        return ["redo", *files, *self.some(ROOT.commands["redo"].params[1:], 1)]

    def batch(self):
        lines = [shlex.join(map(str, self.draw())) for _ in range(self.rng.randrange(1, 4))]
        extra = self.rng.choice(["", "", "# a note", "'open", "batch lines.txt", "redo a.svg", "l2 --help"])
        Path("lines.txt").write_text("\n".join([*lines, extra]), encoding="utf-8", errors="surrogateescape")
        options = [item for item in ROOT.commands["batch"].params[1:] if item.name not in ("jobs", "dask")]
        return ["batch", "lines.txt", *self.some(options, 2)]

    # Losses

    def losses(self):
        """Return one loss word or a few, most often of one family."""
        first = self.loss()
        count = self.rng.choice([0, 0, 0, 1, 2])
        spelling = find(first)
        kin = [
            name for name, loss in catalogue().items() if spelling and loss.family.reads == spelling.loss.family.reads
        ]
        return [first, *(self.rng.choice(kin) if kin and self.chance(0.93) else self.loss() for _ in range(count))]

    def loss(self):
        kind = self.rng.choices(["ours", "theirs", "own", "strange"], [45, 30, 23, 2])[0]
        if kind == "own":
            return self.own()
        return self.rng.choice({"ours": [*catalogue()], "theirs": [*rows()], "strange": STRANGE}[kind])

    def own(self):
        """Return code or an expression."""
        if self.chance(0.4):
            return f"mine.py:{self.rng.choice(OWN[:7] if self.chance(0.8) else OWN)}"
        if self.chance(0.03):
            return self.rng.choice(["faulty.py:f", "nosuch.py:f", "math:sin", "json:dumps", "mine:huber", "a b.py:f"])
        return f"expr:{self.rng.choice(FORMULAS) if self.chance(0.5) else self.formula(3)}"

    def formula(self, depth):
        if depth == 0 or self.chance(0.2):
            return self.rng.choice(LETTERS)
        form = self.rng.choice(FORMS)
        return form.format(*(self.formula(depth - 1) for _ in range(form.count("{}"))))

    def loss_words(self, names, *, sweeps=True):
        """Return loss words with some of their parameters, settings and switches."""
        return [word for name in names for word in (name, *self.parameters(name, sweeps=sweeps))]

    def parameters(self, name, *, sweeps):
        try:
            named = find(name) or find_own(name)
        except LossplotError:
            return []
        if named is None:
            return []
        words = []
        for item in named.every_parameter():
            if item.required or self.chance(0.5):
                words += [f"--{item.name.replace('_', '-')}", self.parameter(item, sweeps=sweeps)]
        for item in named.switches:
            if self.chance(0.3):
                words.append(f"--{'no-' * self.chance(0.5)}{item.name.replace('_', '-')}")
        for item in getattr(named, "settings", ()) if hasattr(named, "build") else ():
            if self.chance(0.15):
                words += [
                    f"--{item.name}",
                    self.rng.choice(item.choices or ["residual", "margin", "logit", "probability", "l2"]),
                ]
        return words

    def parameter(self, item, *, sweeps):
        if self.chance(0.04):
            return self.rng.choice(STRANGE)
        if item.choices:
            return self.rng.choice(item.choices)
        if item.per_class:
            return self.vector(item.interval)
        if item.default is None and self.chance(0.2):
            return "none"
        if sweeps and self.chance(0.3):
            low, high = sorted(float(self.number(item.interval, whole=item.whole)) for _ in range(2))
            return f"{low:g}:{high:g}:{self.rng.choice([2, 2, 3, 5])}"
        return self.number(item.interval, whole=item.whole)

    def targets(self, name, *, sweeps):
        words = []
        for _ in range(self.rng.choice([1, 1, 2])):
            words += ["--target", self.rng.choice(self.known(name, "target"))]
        if sweeps and self.chance(0.25):
            words[-1] = self.rng.choice(["0:1:3", "-1:1:2", "0:2:3", "0.2:0.8:4"])
        return words

    def known(self, name, option):
        try:
            return accepted(name, option) if self.chance(0.97) else NUMBERS
        except (LossplotError, AttributeError):
            return NUMBERS

    def vector(self, interval=None):
        numbers = [
            self.number(interval) if interval else self.rng.choice(NUMBERS) for _ in range(self.rng.choice([2, 3, 3]))
        ]
        return ",".join(numbers)

    def prediction(self, name):
        """Return one number or several, as the loss reads them."""
        spelling = find(name)
        vector = spelling.loss.family.vector if spelling else self.chance(0.1)
        return self.vector() if vector else self.rng.choice(self.known(name, "at"))

    # Forms

    def numbers(self, name):
        files = ["at.txt", "vectors.txt", "-", "rubbish.bin"]
        words = []
        for _ in range(self.rng.choice([1, 1, 2])):
            words += ["--at", self.rng.choice(files) if self.chance(0.15) else self.prediction(name)]
        if self.chance(0.15):
            words = ["--pairs", self.rng.choice(["pairs.txt", "-", "vectors.txt"])]
        if self.chance(0.1):
            words[-1] = self.rng.choice(["0:1:3", "-3:3:4"])
        words += [[], [], ["--json"], ["--csv"]][self.rng.randrange(4)]
        return words + ["--order", self.rng.choice("012")] * self.chance(0.3)

    def data(self, name):
        words = []
        spelling = find(name)
        fitting = (
            ["classes", "shares"] if spelling and spelling.loss.family.vector else ["rows", "means", "labels", "signs"]
        )
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            words += ["--data", self.rng.choice(FILES) if self.chance(0.15) else f"{self.rng.choice(fitting)}.csv"]
        words += ["--weights", self.rng.choice(["w", "w", "w", "nosuch"])] * self.chance(0.2)
        columns = ["y_true,y_pred", "label,prob", "1,2", "y_pred", "a,b", "label,z0,z1,z2", ",", "y_true,y_true"]
        words += ["--columns", self.rng.choice(columns)] * self.chance(0.15)
        words += ["--suggest"] * self.chance(0.4)
        words += ["--jobs", self.rng.choice([1, 1, 1, 0, "x"])] * self.chance(0.1)
        return words + [[], [], ["--json"], ["--csv"]][self.rng.randrange(4)]

    def descent(self, name):
        words = []
        for _ in range(self.rng.choice([1, 1, 2])):
            words += ["--descend", self.prediction(name)]
        words += ["--rate", self.rng.choice(["0.1", "1", "10", "1e-9", "1e9", "2", "0"])] * self.chance(0.6)
        words += ["--steps", self.rng.choice([1, 3, 40, 200])] * self.chance(0.6)
        if self.chance(0.6):
            name = self.rng.choice([*OPTIMIZERS])
            words += ["--optimizer", name]
            for item in OPTIMIZERS[name].parameters:
                words += self.option(
                    next(one for one in drawing_options() if one.name.endswith(item.name))
                ) * self.chance(0.5)
        return words + [[], [], [], ["--json"], ["--csv"]][self.rng.randrange(5)]

    def outputs(self, *, swept):
        """Return where the figure goes, most often into files of formats that move or are pages; and of which kinds."""
        kind = self.rng.choices(["files", "terminal", "both", "stdout", "strange", "none"], [68, 16, 4, 6, 4, 2])[0]
        forms = [
            form
            for form in FORMATS
            if form not in ("eps", "pgf", "mp4") and (swept or form != "gif" or self.chance(0.1))
        ]
        weights = [6 if form in (*MOVING, "html") else 2 if form in ("svg", "json", "csv") else 1 for form in forms]
        form = self.rng.choices(forms, weights)[0]
        kinds = [f"a moving {form}" if swept and form in MOVING else form]
        file = ["-o", f"{self.rng.choice(NAMES)}.{form}"]
        if kind == "files":
            more = ["-o", f"{self.rng.choice(NAMES)}.{self.rng.choice(['svg', 'csv', 'npz', 'eps'])}"] * self.chance(
                0.15
            )
            return [*file, *more, *["--no-clobber"] * self.chance(0.05), *["-q"] * self.chance(0.1)], kinds
        if kind in ("terminal", "both"):
            return (["--terminal", *file], [*kinds, TERMINAL]) if kind == "both" else (["--terminal"], [TERMINAL])
        if kind == "stdout":
            place = self.rng.choice(["-", "-", "/dev/null", "plain"])
            return ["-o", place, "--format", self.rng.choice([form, form.upper(), form, "pgf"])], kinds
        places = [
            "link.svg",
            "loop.svg",
            "folder",
            "folder.svg/a.svg",
            "nosuch/a.svg",
            "",
            "a.xyz",
            "/dev/full",
            "/dev/null",
            ".svg",
        ]
        return (["-o", self.rng.choice(places)] if kind == "strange" else []), ["svg", "png"]

    # Options

    def some(self, options, most):
        chosen = self.rng.sample([*options], min(len(options), self.rng.randrange(most + 1)))
        return [word for item in chosen for word in self.option(item)]

    def option(self, option):
        """Return the words of an option, with values of its type."""
        if isinstance(option, click.Argument):
            return [self.rng.choice(["huber", "cross", "", "x", "l2"])]
        flag = self.rng.choice([*option.opts, *option.secondary_opts])
        if option.is_flag:
            return [flag]
        times = self.rng.choice([1, 1, 2, 3]) if option.multiple else 1
        return [word for _ in range(times) for word in (flag, *self.values(option))]

    def values(self, option):
        if option.name == "size" and self.chance(0.5):
            return [self.rng.choice([*NAMED])]
        if isinstance(option.type, Number) and option.nargs == 2:
            ends = sorted(float(self.rng.choice(NUMBERS)) for _ in range(2))
            return [f"{end:g}" for end in ends] if self.chance(0.9) else self.rng.choices(STRANGE, k=2)
        return [self.value(option) for _ in range(option.nargs)]

    def value(self, option):
        if self.chance(0.05):
            return self.rng.choice(STRANGE)
        kind = option.type
        if isinstance(kind, click.Choice):
            return self.rng.choice(kind.choices)
        if isinstance(kind, Number):
            return self.number(
                kind.interval,
                whole=kind.whole,
                most={"dpi": 90, "points": 2000, "steps": 200, "jobs": 1}.get(option.name),
            )
        if isinstance(kind, Readable):
            lengths = ["8cm", "3in", "auto", "200pt", "50mm", "0.5in", "15cm"]
            return self.rng.choice(lengths if kind.reader is Length.__metadata__[0] else TEXTS)
        return self.rng.choice({
            "line": ["r--", "k:", "C1-.", "o", "b", "zz", "^", "-", "--", "#ff0000", "g^-", "C9", "tab:blue", "w"],
            "style": STYLES,
            "font": ["DejaVu Sans", "own.ttf", "STIXGeneral", "nosuch", "x.ttf", "mine.py", "cmr10", "folder.ttf"],
            "output": [f"{name}.svg" for name in NAMES],
            "format": [*FORMATS, "PNG", "x"],
            "target": NUMBERS,
            "at": NUMBERS,
            "descend": NUMBERS,
            "logits": ["1,2,3", "0,0", "1"],
            "data": FILES,
            "optimizer": [*OPTIMIZERS],
            "into": ["figures", "folder", ".", "new/er", "rows.csv"],
            "framework": ["torch", "keras", "x"],
            "family": ["residual", "margin", "x"],
        }.get(option.name, TEXTS))  # fmt: skip

    def number(self, interval, *, whole=False, most=None):
        """Return a number of an interval as text: an end, or one of any size."""
        low, high = max(interval.low, -50), min(interval.high, most or 50)
        if self.chance(0.03):
            return f"{self.rng.choice([interval.low, interval.high, low, high]):g}"
        if whole:
            return str(self.rng.randint(int(low), int(max(low, min(high, low + 90)))))
        if self.chance(0.5):
            return f"{self.rng.uniform(low, high):.4g}"
        near = 10 ** self.rng.uniform(-6, 3)
        return f"{min(high, max(low, low + near if low > -50 else near)):.4g}"
