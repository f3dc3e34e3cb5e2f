// Comma-separated files (RFC 4180), strictly read in bounded memory. Knows bytes, not characters.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/sha256.h"
#include "storage/posix_file.h"

namespace musubi::storage {

// One row's cells, back to back in one buffer so that reading allocates nothing in the long run.
class CsvRow {
 public:
  std::size_t size() const { return ends_.size(); }
  std::string_view operator[](std::size_t cell) const {
    const std::size_t begin = cell == 0 ? 0 : ends_[cell - 1];
    return std::string_view(text_).substr(begin, ends_[cell] - begin);
  }
  // What the row takes in its file, but for quotes and its end.
  std::size_t bytes() const { return text_.size() + ends_.size(); }
  // The record's number in its file: the header is row 1, as in a spreadsheet.
  std::uint64_t number() const { return number_; }

  void Clear(std::uint64_t number) {
    text_.clear();
    ends_.clear();
    number_ = number;
  }
  void Add(std::string_view cell) {
    text_ += cell;
    ends_.push_back(text_.size());
  }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
  std::uint64_t number_ = 0;
};

// Reads rows in order through libcsv in strict mode, but for lines without quotes. Accepts LF and
// CRLF, quoted cells, a UTF-8 byte order mark, a last line without a newline, blank lines (skipped,
// not counted). Refuses a carriage return that ends a line alone. Cells are given as written: no
// trimming. Works on any charset in which ASCII bytes 0x22, 0x2C, 0x0A and 0x0D stand only for
// themselves: UTF-8 and CP932 do.
//
// Limits: 64 KiB a cell, 1 MiB a row, 4,096 columns. Memory: a few MiB whatever the file.
// Threads: one at a time.
class CsvReader {
 public:
  // "-" reads standard input. Reads the header row at once. Once `*stop` is set, reading ends with
  // kInterrupted within a fifth of a second, even where a pipe stalls; it is borrowed, may be null.
  // So is `digest`, to which all bytes of the file have gone once Next has given its end.
  //
  // Errors: kNoInput  no such file, or it may not be read
  //         kBadData  it is empty, or the header is bad; starts with a UTF-16 byte order mark;
  //                   two columns have the same name
  static Result<CsvReader> Open(const std::filesystem::path& file,
                                const std::atomic<bool>* stop = nullptr,
                                crypto::Sha256Stream* digest = nullptr);

  // Likewise an open file, from where it stands; `file` is what messages call it.
  static Result<CsvReader> Take(FileDescriptor fd, const std::filesystem::path& file,
                                const std::atomic<bool>* stop = nullptr,
                                crypto::Sha256Stream* digest = nullptr);
  ~CsvReader();
  CsvReader(CsvReader&&) noexcept;
  CsvReader& operator=(CsvReader&&) noexcept;

  // The header's cells, with surrounding ASCII blanks removed.
  const std::vector<std::string>& columns() const;

  // Replaces the columns' names, once their charset is known. Requires: as many as there are.
  //
  // Errors: kBadData  two are the same
  Status RenameColumns(std::vector<std::string> names);

  // The index of a column by its exact name, or an error that names the column and lists those
  // that the file has, unless its first row looks like data: then values would be listed.
  //
  // Errors: kBadData
  Result<std::size_t> ColumnIndex(std::string_view name) const;

  // Reads the next row. False at the end of the file. A row may have another number of cells than
  // the header: that is the caller's to judge.
  //
  // Errors: kBadData  unterminated quote, text after a closing quote or a quote inside an unquoted
  //                   cell, NUL byte, a cell or row over the limit; the message gives file, row,
  //                   column number and byte offset, never content
  //         kIo       reading failed
  //         After an error every call returns it again.
  Result<bool> Next(CsvRow* row);

 private:
  struct State;
  explicit CsvReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Appends `cell` to `*line`, quoted where RFC 4180 needs it, or where an empty cell at the start
// of a line would make the line blank. The caller adds commas and newline.
void AppendCsvCell(std::string_view cell, std::string* line);

}  // namespace musubi::storage
