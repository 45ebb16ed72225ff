"""Fills cells of a workbook in LibreOffice and saves it as .xlsx; run by the system's Python, which has `uno`.

usage: python3 fill_with_libreoffice.py FROM.xlsx TO.xlsx CELLS.json FOLDER
CELLS.json: sheet → cell → what is typed. FOLDER: where LibreOffice may keep its own things.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

_WAIT_S = 120


def setting(name, value):
    """One argument of loading or storing."""
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def connected(pipe):
    """The desktop of the LibreOffice that was just started, as soon as it listens."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + _WAIT_S
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def fill(desktop, source, target, cells):
    """Types into the cells, as a person does, and saves."""
    book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (setting("Hidden", True),))
    for sheet, typed in cells.items():
        for cell, text in typed.items():
            book.Sheets.getByName(sheet).getCellRangeByName(cell).FormulaLocal = text
    book.calculateAll()
    book.storeToURL(Path(target).as_uri(), (setting("FilterName", "Calc MS Excel 2007 XML"),))
    book.close(True)


def main(source, target, cells, folder):
    """Starts LibreOffice for this one file, and ends it."""
    pipe = f"onshi{os.getpid()}"
    options = ["--headless", "--invisible", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
    office = subprocess.Popen(["soffice", *options, f"-env:UserInstallation={Path(folder).as_uri()}"])
    desktop = None
    try:
        desktop = connected(pipe)
        fill(desktop, source, target, json.loads(Path(cells).read_text(encoding="utf-8")))
    finally:
        if desktop is None:
            office.kill()
        else:
            desktop.terminate()
        office.wait(_WAIT_S)


main(*sys.argv[1:])
