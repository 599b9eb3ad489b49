"""A breakdown → tables, sentences, charts → pages → PDF: the network's, a CFA's, a preview."""
