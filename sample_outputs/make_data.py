"""Make the small data of this folder: `python make_data.py` writes line.csv and logits.csv, always the same."""

import random
from pathlib import Path

FOLDER = Path(__file__).parent


def line(rows=1000):
    """Yield targets and predictions of a line that is known, with noise of 0.5 and 5 % of outliers."""
    noise = random.Random(1)
    for _ in range(rows):
        prediction = noise.uniform(-3, 3)
        outlier = noise.choice((-8, 10)) if noise.random() < 0.05 else 0
        yield prediction + noise.gauss(0, 0.5) + outlier, prediction


def logits(rows=1000):
    """Yield labels, of which one in ten is 1, and the logits of a model that tells them apart fairly well."""
    noise = random.Random(2)
    for _ in range(rows):
        label = int(noise.random() < 0.1)
        yield label, noise.gauss(1.5 if label else -2, 1.2)


def write(name, header, rows):
    """Write rows as CSV, with numbers of four digits."""
    lines = [header, *(f"{target:.4g},{prediction:.4g}" for target, prediction in rows)]
    (FOLDER / name).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    write("line.csv", "y_true,y_pred", line())
    write("logits.csv", "label,logit", logits())
