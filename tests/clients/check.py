"""Reads published results as others do: with pandas, pyjstat, pysdmx, sdmx1, csvw, rdflib, openpyxl, python-docx and LibreOffice; and
verifies them as docs/verify.md says.

    python tests/clients/check.py http://127.0.0.1:8080 FAMILY [LATER_FAMILY]

FAMILY is a family of criteria sets with a computed publication; LATER_FAMILY fills its series in. Every number that a
client reads is held against the JSON. tests/run calls it through the test `clients::real_clients_read_what_is_published`.
"""

import csv
import hashlib
import io
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import warnings
from decimal import Decimal

import openpyxl
import pandas
import rdflib
import sdmx
from csvw import CSVW
from page import page_is_followed
from pyjstat import pyjstat
from pysdmx.io import get_datasets, read_sdmx
from report import report_is_read

warnings.simplefilter("ignore")

SERVER, FAMILY = sys.argv[1], sys.argv[2]
WITH = f"?with={sys.argv[3]}" if len(sys.argv) > 3 else ""
API = f"{SERVER}/api/v1"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SCRATCH = tempfile.TemporaryDirectory(prefix="clients-")
FOLDER = pathlib.Path(SCRATCH.name)


def read(address):
    with urllib.request.urlopen(urllib.parse.urljoin(SERVER, address)) as answer:
        return answer.read()


def read_json(address):
    return json.loads(read(address))


def save(address, name):
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(read(address))
    return path


def check(truth, what):
    if not truth:
        sys.exit(f"FAILED: {what}")


def same(text, number):
    """Whether a client's float is the printed decimal, or both are missing."""
    if text is None:
        return number is None or math.isnan(number)
    return number is not None and float(Decimal(text)) == float(number)


def expected_of(ranking):
    """Points, maximum, index and place of each agency, from the JSON."""
    entries = ranking["entries"] + ranking["not_ranked"]
    return {entry["agency"]["code"]: entry for entry in entries}


def sdmx_code(node):
    return "_T" if node == "total" else "N" + node.replace(".", "_")


def pandas_reads(part, ranking):
    frame = pandas.read_csv(io.BytesIO(read(f"{part}.csv")), dtype=str, keep_default_na=False)
    expected = expected_of(ranking)
    check(len(frame) == len(expected), "pandas: as many rows as agencies")
    for row in frame.to_dict("records"):
        entry = expected[row["agency"]]
        for column, value in [("total", entry["total"]), ("index", entry["index"]), ("band", entry["band"])]:
            check(row[column] == (value or ""), f"pandas: {column} of {row['agency']}")
        check(row["name_vi"] == entry["agency"]["name_vi"], "pandas: names keep their marks")
    numbers = pandas.read_csv(io.BytesIO(read(f"{part}.csv")))
    check(str(numbers["total"].dtype) == "float64", "pandas takes the totals for numbers")
    names = pandas.read_csv(io.BytesIO(read(f"{part}.csv?labels=name")))
    check("Cơ quan" in names.columns and "agency" not in names.columns, "pandas: labels=name")


def pyjstat_reads(address):
    dataset = pyjstat.Dataset.read(f"{SERVER}{address}.jsonstat.json")
    check(dataset["version"] == "2.0", "pyjstat: the version")
    frame = pyjstat.Dataset.read(f"{SERVER}{address}.jsonstat.json").write("dataframe", naming="id")
    check(len(frame) == math.prod(dataset["size"]), f"pyjstat: {address} has all its numbers")
    # By position where few numbers have one, else a list of all (JSON-stat 2.0, status).
    status = dataset["status"]
    said = status.items() if isinstance(status, dict) else enumerate(status)
    missing = {int(at) for at, code in said if code in "MO"}
    for at, value in enumerate(frame["value"]):
        check(pandas.isna(value) == (at in missing), f"pyjstat: {address}: a missing number says why ({at})")
    return frame


def pyjstat_agrees(frame, ranking):
    names = {"total": "points", "maximum": "maximum", "index": "index", "score": "score"}
    for code, entry in expected_of(ranking).items():
        for field, measure in names.items():
            row = frame[(frame["agency"] == code) & (frame["measure"] == measure)]
            check(same(entry[field], row["value"].iloc[0]), f"pyjstat: {measure} of {code}")


def sdmx_reads(address, structure, name):
    """Through both libraries: what they read of one part, by agency, node and measure."""
    xml = save(f"{structure}.xml", f"{name}/structure.xml")
    data = save(f"{address}", f"{name}/data.csv")
    # Validated against the official schemas.
    message = read_sdmx(xml, validate=True)
    as_json = read_sdmx(save(f"{structure}.json", f"{name}/structure.json"), validate=True)
    ids = sorted(one.id for one in message.structures)
    check(ids == sorted(one.id for one in as_json.structures), "pysdmx: XML and JSON hold the same structures")
    (dataset,) = get_datasets(data, xml)
    components = {one.id: one for one in dataset.structure.components}
    for dimension in ("AGENCY", "NODE", "MEASURE", "OBS_STATUS", "UNIT_MEASURE"):
        codes = {code.id for code in components[dimension].local_codes.items}
        check(set(dataset.data[dimension]) <= codes, f"pysdmx: every {dimension} is in its codelist")
    frame = dataset.data
    key = ["AGENCY", "NODE", "MEASURE", "TIME_PERIOD"]
    values = {tuple(row[part] for part in key): float(row["OBS_VALUE"]) for row in frame.to_dict("records")}
    check(len(values) == len(frame), "pysdmx: no key stands twice")
    flow = next(iter(sdmx.read_sdmx(xml).dataflow.values()))
    check(flow.name.localizations.get("vi"), "sdmx1: the dataflow has a Vietnamese name")
    series = sdmx.to_pandas(sdmx.read_sdmx(data, structure=flow).data[0])
    check(len(series) == len(values), "sdmx1 reads as many numbers as pysdmx")
    for at, value in series.items():
        at = dict(zip(series.index.names, at))
        other = values[tuple(at[part] for part in key)]
        check(value == other or (math.isnan(value) and math.isnan(other)), f"sdmx1 and pysdmx agree on {at}")
    return values


def sdmx_agrees(values, ranking):
    year = str(ranking["year"])
    for code, entry in expected_of(ranking).items():
        for field, measure in [("total", "points"), ("index", "index"), ("place", "place")]:
            text = None if entry[field] is None else str(entry[field])
            check(same(text, values[(code, "_T", measure, year)]), f"SDMX: {measure} of {code}")


def sdmx_agrees_on_nodes(values, data):
    year = str(data["year"])
    for line in data["agencies"]:
        for cell in line["nodes"]:
            for measure in ("points", "maximum", "index"):
                text = cell[measure]
                if measure == "points" and cell["index"] is None:
                    text = None
                at = (line["agency"]["code"], sdmx_code(cell["code"]), measure, year)
                check(same(text, values[at]), f"SDMX: {at}")


def csvw_reads(address):
    base, _, query = address.partition("?")
    query = f"?{query}" if query else ""
    table = CSVW(f"{SERVER}{base}.csv-metadata.json{query}", validate=True)
    check(table.is_valid, f"csvw: {address} is what its description says")
    rows = list(csv.reader(io.StringIO(read(f"{base}.csv{query}").decode())))
    check(len(list(table.t.iterdicts())) == len(rows) - 1, f"csvw: {address} has all its rows")


def rdflib_reads():
    address = f"{API}/catalogue"
    graph = rdflib.Graph().parse(data=read(address), format="json-ld", publicID=address)
    datasets = list(graph.subjects(rdflib.RDF.type, DCAT.Dataset))
    check(datasets, "rdflib: there are datasets")
    check(any(graph.objects(None, DCAT.inSeries)), "rdflib: datasets are in a series")
    checked = 0
    for file in graph.subjects(rdflib.RDF.type, DCAT.Distribution):
        body = read(str(graph.value(file, DCAT.downloadURL)))
        checksum = graph.value(file, SPDX.checksum)
        if checksum is not None:
            # A lexical form, since xsd:hexBinary is read as bytes.
            digest = graph.value(checksum, SPDX.checksumValue)
            check(str(digest).lower() == hashlib.sha256(body).hexdigest(), f"rdflib: the digest of {file}")
            check(int(graph.value(file, DCAT.byteSize)) == len(body), f"rdflib: the size of {file}")
            checked += 1
    check(checked >= 11 * len(datasets), "rdflib: the files whose bytes never change have digests")


def workbooks_are_read(part, ranking):
    path = save(f"{part}.xlsx", "ranking.xlsx")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows()]
    head = next(at for at, row in enumerate(rows) if row[0].value == "Hạng")
    heads = [cell.value for cell in rows[head]]
    expected = expected_of(ranking)
    for row in rows[head + 1 :]:
        entry = expected[row[heads.index("Mã cơ quan")].value]
        total = row[heads.index("Tổng điểm")]
        check(same(entry["total"], total.value), f"openpyxl: the total of {entry['agency']['code']}")
        check(total.number_format == "0.00", "openpyxl: a total is shown with two decimals")
    # Separated by commas, quoted, UTF-8, cells as they are shown.
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    office = ["soffice", "--headless", f"-env:UserInstallation=file://{FOLDER}/profile", "--convert-to", as_shown,
              "--outdir", str(FOLDER / "office"), str(path)]
    subprocess.run(office, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rows = list(csv.reader(io.StringIO((FOLDER / "office" / "ranking.csv").read_text("utf-8"))))
    head = next(at for at, row in enumerate(rows) if row and row[0] == "Hạng")
    heads = rows[head]
    for row in rows[head + 1 :]:
        entry = expected[row[heads.index("Mã cơ quan")]]
        check(row[heads.index("Cơ quan")] == entry["agency"]["name_vi"], "LibreOffice: names keep their marks")
        check(row[heads.index("Tổng điểm")] == entry["total"], "LibreOffice shows the total as it is printed")


def main():
    latest = read_json(f"{API}/publications/latest?set={FAMILY}")
    own = latest["links"]["self"]
    ranking, data = read_json(f"{own}/ranking"), read_json(f"{own}/data")
    agency = ranking["entries"][0]["agency"]["code"]
    node = data["nodes"][-1]["code"]
    parts = ["ranking", "domains", "data", f"agencies/{agency}", f"nodes/{node}"]
    pandas_reads(f"{own}/ranking", ranking)
    frames = {part: pyjstat_reads(f"{own}/{part}") for part in parts}
    pyjstat_agrees(frames["ranking"], ranking)
    structure = f"{own}/structure"
    for part in parts:
        values = sdmx_reads(f"{own}/{part}.sdmx.csv", structure, part.replace("/", "-"))
        if part == "ranking":
            sdmx_agrees(values, ranking)
        if part == "data":
            sdmx_agrees_on_nodes(values, data)
        csvw_reads(f"{own}/{part}")
    csvw_reads(f"{own}/ranking?labels=name&lang=en")
    if latest["supersedes"]:
        csvw_reads(f"{own}/changes")
    series = f"/api/v1/series/{FAMILY}"
    told = read_json(f"{series}{WITH}")
    if not WITH:
        sdmx_reads(f"{series}.sdmx.csv", f"{series}/structure", "series")
    else:
        # The structure of a series is asked for by the same query as its data.
        xml = save(f"{series}/structure.xml{WITH}", "series/structure.xml")
        data_file = save(f"{series}.sdmx.csv{WITH}", "series/data.csv")
        (dataset,) = get_datasets(data_file, xml)
        records = dataset.data.to_dict("records")
        values = {(row["AGENCY"], row["TIME_PERIOD"], row["MEASURE"]): row for row in records}
        breaks = {one["year"] for one in told["publications"] if one["comparability"] == "other_family"}
        check(breaks, "the other family is a break")
        for line in told["agencies"]:
            for value in line["values"]:
                row = values[(line["agency"]["code"], str(value["year"]), "index")]
                check(same(value["index"], float(row["OBS_VALUE"])), "pysdmx: the index of a year")
                check(row["OBS_STATUS"] == value["status"], "pysdmx: breaks are marked")
    years = {one["year"] for one in told["publications"]}
    frame = pyjstat_reads(series)
    check({int(year) for year in frame["year"]} <= years, "pyjstat: the years of a series")
    csvw_reads(f"{series}{WITH}")
    rdflib_reads()
    workbooks_are_read(f"{own}/ranking", ranking)
    report_is_read(read, check, FOLDER, own, ranking)
    page_is_followed(SERVER, latest["id"])
    print(f"{len(parts)} parts and a series were read right by every client")


main()
