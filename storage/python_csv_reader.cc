#include "storage/python_csv_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/check.h"
#include "storage/posix_file.h"

namespace musubi::storage {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxCellCharacters = 131'072;
constexpr std::size_t kMaxRowBytes = std::size_t{16} * 1024 * 1024;

// Where in a row the reader stands.
enum class Place { kRowStart, kCellStart, kCell, kQuotedCell, kQuoteInQuotedCell };

}  // namespace

struct PythonCsvReader::State {
  State(const std::filesystem::path& path, FileDescriptor opened, const std::atomic<bool>* asked)
      : file(path == "-" ? "standard input" : path.string()),
        fd(std::move(opened)),
        asked_to_stop(asked),
        chunk(kChunkBytes) {}

  Result<bool> ReadRow(CsvRow* row);
  Result<bool> Fill();
  bool Take(char c, CsvRow* row);
  Error TooLong(const CsvRow& row) const;
  bool FinishFile(CsvRow* row);
  void EndCell(CsvRow* row) {
    row->Add(cell);
    cell.clear();
    characters = 0;
  }

  std::string file;  // for messages
  FileDescriptor fd;
  const std::atomic<bool>* asked_to_stop;
  std::vector<std::uint8_t> chunk;
  std::size_t begin = 0;  // the chunk's first byte not yet read
  std::size_t end = 0;
  bool after_return = false;  // the last character was a carriage return
  Place place = Place::kRowStart;
  std::string cell;  // that has begun
  std::size_t characters = 0;
  std::size_t row_bytes = 0;
  std::uint64_t next_number = 1;
  bool finished = false;
  std::optional<Error> failure;
};

// False at the end of the file.
Result<bool> PythonCsvReader::State::Fill() {
  begin = 0;
  MUSUBI_ASSIGN_OR_RETURN(end, ReadFully(fd, file, chunk, asked_to_stop));
  return end > 0;
}

Error PythonCsvReader::State::TooLong(const CsvRow& row) const {
  return {ErrorCode::kBadData, file + ": row " + std::to_string(next_number) + ", column " +
                                   std::to_string(row.size() + 1) +
                                   ": more than 131,072 characters in the cell or " +
                                   "16 MiB in the row; is a closing quote missing?"};
}

// Takes one character, lines ending with '\n' only. True at the end of a row.
bool PythonCsvReader::State::Take(char c, CsvRow* row) {
  const bool unquoted = place != Place::kQuotedCell;
  if (unquoted && c == '\n') {
    if (place != Place::kRowStart) EndCell(row);
    place = Place::kRowStart;
    return true;
  }
  if (unquoted && c == ',') {
    EndCell(row);
    place = Place::kCellStart;
    return false;
  }
  if (c == '"') {
    switch (place) {
      case Place::kRowStart:
      case Place::kCellStart:
        place = Place::kQuotedCell;
        return false;
      case Place::kQuotedCell:
        place = Place::kQuoteInQuotedCell;
        return false;
      case Place::kQuoteInQuotedCell:
        place = Place::kQuotedCell;
        break;
      case Place::kCell:
        break;
    }
  } else if (unquoted) {
    place = Place::kCell;
  }
  cell.push_back(c);
  characters += (static_cast<std::uint8_t>(c) & 0xC0) != 0x80 ? 1 : 0;
  return false;
}

bool PythonCsvReader::State::FinishFile(CsvRow* row) {
  finished = true;
  if (place == Place::kRowStart) return false;
  EndCell(row);
  ++next_number;
  return true;
}

Result<bool> PythonCsvReader::State::ReadRow(CsvRow* row) {
  row->Clear(next_number);
  row_bytes = 0;
  while (true) {
    if (begin == end) {
      MUSUBI_ASSIGN_OR_RETURN(const bool any, Fill());
      if (!any) return FinishFile(row);
    }
    char c = static_cast<char>(chunk[begin++]);
    const bool second_half = c == '\n' && after_return;  // of a CRLF
    after_return = c == '\r';
    if (second_half) continue;
    if (after_return) c = '\n';
    if (Take(c, row)) {
      ++next_number;
      return true;
    }
    if (++row_bytes > kMaxRowBytes || characters > kMaxCellCharacters) return TooLong(*row);
  }
}

PythonCsvReader::PythonCsvReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PythonCsvReader::~PythonCsvReader() = default;
PythonCsvReader::PythonCsvReader(PythonCsvReader&&) noexcept = default;
PythonCsvReader& PythonCsvReader::operator=(PythonCsvReader&&) noexcept = default;

Result<PythonCsvReader> PythonCsvReader::Open(const std::filesystem::path& file,
                                              const std::atomic<bool>* stop) {
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor fd, OpenForReading(file));
  return PythonCsvReader(std::make_unique<State>(file, std::move(fd), stop));
}

Result<bool> PythonCsvReader::Next(CsvRow* row) {
  MUSUBI_CHECK(state_ != nullptr);
  if (state_->failure) return *state_->failure;
  if (state_->finished) {
    row->Clear(state_->next_number);
    return false;
  }
  Result<bool> read = state_->ReadRow(row);
  if (!read.ok()) state_->failure = read.error();
  return read;
}

}  // namespace musubi::storage
