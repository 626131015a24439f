"""Reads and writes files: data sets, tables, models; knows torch, and no Qt."""
