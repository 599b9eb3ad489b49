"""All that is published for a year: files, workbook, reports, manifest, swapped in at once."""
