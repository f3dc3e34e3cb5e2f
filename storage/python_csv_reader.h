// Comma-separated files read as Python's csv module reads them in its default dialect, for formats
// that other programs fixed; Musubi's own inputs are read by storage/csv_reader.h, which is strict.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "core/result.h"
#include "storage/csv_reader.h"

namespace musubi::storage {

// Reads all rows in order, the header too, which counts as row 1. Unlike CsvReader it takes a quote
// inside an unquoted cell and text after a closing quote as they stand, gives a blank line as a row
// without cells, and leaves a byte order mark in the first cell. CR, LF and CRLF end lines alike,
// and are LF inside quotes, as for a Python file opened as text. A quote that is never closed ends
// with the file.
//
// Limits: 131,072 characters a cell, as Python; 16 MiB a row. Memory: a few MiB whatever the file.
// Threads: one at a time.
class PythonCsvReader {
 public:
  // "-" reads standard input. Once `*stop` is set, reading ends with kInterrupted within a fifth of
  // a second; it is borrowed and may be null.
  //
  // Errors: kNoInput  no such file, or it may not be read
  //         kIo       opening failed for another reason
  static Result<PythonCsvReader> Open(const std::filesystem::path& file,
                                      const std::atomic<bool>* stop = nullptr);
  ~PythonCsvReader();
  PythonCsvReader(PythonCsvReader&&) noexcept;
  PythonCsvReader& operator=(PythonCsvReader&&) noexcept;

  // Reads the next row. False at the end of the file.
  //
  // Errors: kBadData  a cell or row over the limit; the message gives file, row and column number
  //         kIo, kInterrupted
  //         After an error every call returns it again.
  Result<bool> Next(CsvRow* row);

 private:
  struct State;
  explicit PythonCsvReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace musubi::storage
