"""Reports as files: the half-yearly summary as a Word document, the annual evaluation as a workbook."""
