"""Write the real data sets of resources/datasets, each with its licence beside it.

A development script: run it by ``python packaging/make_datasets.py`` where scikit-learn is
installed. The program itself only reads what it wrote.
"""

from __future__ import annotations

import csv
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

if TYPE_CHECKING:
    from collections.abc import Iterable

DATASETS = Path(__file__).resolve().parent.parent / "resources" / "datasets"

DIABETES_COLUMNS = {  # scikit-learn's name: ours; what s1 to s6 are stands in its description
    "age": "age",
    "sex": "sex",
    "bmi": "body-mass index",
    "bp": "blood pressure",
    "s1": "total cholesterol",
    "s2": "low-density lipoproteins",
    "s3": "high-density lipoproteins",
    "s4": "cholesterol ratio",
    "s5": "log triglycerides",
    "s6": "blood sugar",
}
SOURCES = {
    "iris": """\
Four measurements in centimetres of 150 iris flowers, 50 of each of three species.

Measured by Edgar Anderson; published by R. A. Fisher: "The use of multiple measurements in
taxonomic problems", Annals of Eugenics 7 (1936), pages 179-188. Known from the UCI Machine
Learning Repository (https://archive.ics.uci.edu); the values here are Fisher's, without the two
wrong rows of the UCI file.""",
    "wine": """\
Thirteen measurements of 178 wines from one region of Italy, grown by three cultivators.

M. Forina and others: PARVUS, Institute of Pharmaceutical and Food Analysis and Technologies,
Genoa. From the UCI Machine Learning Repository (https://archive.ics.uci.edu), data set "Wine",
donated by S. Aeberhard. The classes, which have only numbers there, are called cultivar 1 to 3.""",
    "breast_cancer": """\
Thirty measurements of the cell nuclei in 569 breast tumours, malignant or benign.

W. Street, W. Wolberg and O. Mangasarian: "Nuclear feature extraction for breast tumor diagnosis",
Biomedical Image Processing and Biomedical Visualization, SPIE 1905 (1993), pages 861-870. From the
UCI Machine Learning Repository (https://archive.ics.uci.edu), "Breast Cancer Wisconsin
(Diagnostic)".""",
    "diabetes": """\
Ten measurements of 442 people with diabetes, in raw units, and how far the disease had
progressed a year later.

B. Efron, T. Hastie, I. Johnstone and R. Tibshirani: "Least Angle Regression", Annals of
Statistics 32 (2004), pages 407-499; https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html""",
}


def shortest(value: float) -> str:
    """Return the shortest text that reads back as exactly this number."""
    return repr(float(value)).removesuffix(".0")


def write_table(name: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a header and rows to ``NAME.csv``, with the same line ends on every system."""
    with (DATASETS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_licence(name: str, source: str, suffix: str = "csv") -> None:
    """Write where the data come from and what they may be used for to ``NAME.LICENSE.txt``."""
    package = distribution("scikit-learn")
    text = package.read_text("licenses/COPYING") or package.read_text("COPYING") or ""
    licence = text.partition("\n----\n")[0].strip()  # what follows concerns bundled libraries
    if not licence.startswith("BSD 3-Clause License"):
        raise RuntimeError("scikit-learn keeps its licence elsewhere now: look for COPYING.")
    columns = ", the columns were\ngiven readable names. " if suffix == "csv" else ".\n"
    origin = (
        f"Taken from the Python package scikit-learn; the values are unchanged{columns}"
        "scikit-learn comes under this licence:"
    )
    content = "\n\n".join((f"{name}.{suffix}", source, origin, licence)) + "\n"
    (DATASETS / f"{name}.LICENSE.txt").write_text(content, encoding="utf-8", newline="\n")


def main() -> None:
    """Write the four data sets."""
    iris, wine, diabetes = load_iris(), load_wine(), load_diabetes(scaled=False)
    species = [str(name) for name in iris.target_names]
    cultivars = ["cultivar 1", "cultivar 2", "cultivar 3"]
    cancer = load_breast_cancer()
    named = (
        ("iris", iris, species),
        ("wine", wine, cultivars),
        ("breast_cancer", cancer, [str(name) for name in cancer.target_names]),
    )
    for name, data, classes in named:
        header = [column.replace("_", " ") for column in data.feature_names]
        rows = zip(data.data, data.target, strict=True)
        lines = ([*map(shortest, row), classes[label]] for row, label in rows)
        write_table(name, [*header, "class"], lines)
    header = [DIABETES_COLUMNS[column] for column in diabetes.feature_names]
    rows = zip(diabetes.data, diabetes.target, strict=True)
    lines = ([*map(shortest, row), shortest(target)] for row, target in rows)
    write_table("diabetes", [*header, "disease progression"], lines)
    for name, source in SOURCES.items():
        write_licence(name, source)


if __name__ == "__main__":
    main()
