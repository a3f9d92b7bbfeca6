"""Reads the report of a publication with python-docx and LibreOffice."""

import io
import subprocess

import docx


def report_is_read(read, check, folder, address, ranking):
    """Every agency stands in the report with its printed numbers, and LibreOffice lays it out."""
    content = read(f"{address}/report.docx")
    report = docx.Document(io.BytesIO(content))
    check(report.core_properties.title == ranking["title_vi"], "python-docx: the title")
    check(report.core_properties.language == "vi-VN", "python-docx: the language")
    headings = [one.text for one in report.paragraphs if one.style.name == "Heading 1"]
    check(len(headings) >= 6, f"python-docx: the headings {headings}")
    captions = [one.text for one in report.paragraphs if one.style.name == "Caption"]
    shown = len(report.tables) + len(report.inline_shapes)
    check(len(report.inline_shapes) == 2, "python-docx: two charts")
    check(len(captions) == shown, "python-docx: a caption for each table and chart")
    rows = [[cell.text for cell in row.cells] for table in report.tables for row in table.rows]
    for entry in ranking["entries"]:
        begins = [entry["place_label"], entry["agency"]["name_vi"], entry["total"], entry["maximum"], entry["index"]]
        check(any(row[: len(begins)] == begins for row in rows), f"python-docx: the row {begins}")
    path = folder / "report.docx"
    path.write_bytes(content)
    office = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
              "txt:Text (encoded):UTF8", "--outdir", str(folder / "office"), str(path)]
    subprocess.run(office, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    text = (folder / "office" / "report.txt").read_text("utf-8-sig")
    for said in [ranking["title_vi"], *headings, *captions]:
        check(said in text, f"LibreOffice: {said!r} stands in the report")
