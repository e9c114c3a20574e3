"""The papers themselves: PDFs and XML files, kept byte for byte."""
