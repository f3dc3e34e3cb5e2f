#include "storage/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>

#include "core/blanks.h"
#include "core/check.h"
#include "storage/display.h"

namespace musubi::storage {

namespace {

// The limits of docs/formats/csv.md.
constexpr std::size_t kMaxCellBytes = std::size_t{64} * 1024;
constexpr std::uint64_t kMaxRowBytes = std::uint64_t{1024} * 1024;
constexpr std::size_t kMaxColumns = 4096;

constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
constexpr std::size_t kListedColumns = 40;  // in a message; more help no one
constexpr std::size_t kListedBytes = 60;    // of a column's name in a message

// What libcsv hands out while it parses. One line is parsed at a time, so it is at most one row.
struct Sink {
  CsvRow* row;
  bool row_ended = false;
  bool cell_too_long = false;
};

void OnCell(void* data, std::size_t size, void* sink_pointer) {
  Sink& sink = *static_cast<Sink*>(sink_pointer);
  if (size > kMaxCellBytes) {
    sink.cell_too_long = true;
  } else if (sink.row->size() <= kMaxColumns) {  // one more than allowed tells the caller
    sink.row->Add(size == 0 ? std::string_view()
                            : std::string_view(static_cast<char*>(data), size));
  }
}

void OnRow(int /*terminator*/, void* sink_pointer) {
  static_cast<Sink*>(sink_pointer)->row_ended = true;
}

// libcsv drops blanks around cells unless it is told that there are none.
int NothingIsSpace(unsigned char /*byte*/) { return 0; }

// A libcsv parser in strict mode, freed when it dies.
class Parser {
 public:
  Parser() {
    // CSV_REPALL_NL reports blank lines too, so that the end of each line is known.
    MUSUBI_CHECK(csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) == 0);
    csv_set_space_func(&parser_, NothingIsSpace);
    csv_set_blk_size(&parser_, 4096);  // its buffer grows by this much at a time
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // Returns the bytes parsed: fewer than given where it stopped at an error.
  std::size_t Parse(std::span<const std::uint8_t> bytes, Sink* sink) {
    return csv_parse(&parser_, bytes.data(), bytes.size(), OnCell, OnRow, sink);
  }

  // The end of the file. False inside an open quote.
  bool Finish(Sink* sink) { return csv_fini(&parser_, OnCell, OnRow, sink) == 0; }

  bool out_of_memory() { return csv_error(&parser_) != CSV_EPARSE; }

  // Bytes of the cell that has begun, with its closing quote when that has been seen.
  std::size_t open_cell_bytes() const { return parser_.entry_pos; }

 private:
  csv_parser parser_{};
};

// A name without a letter, such as 10023 or 1984-03-12, is more likely a value: the header is
// missing. Bytes beyond ASCII count as letters.
bool LooksLikeValue(std::string_view name) {
  return !name.empty() && std::ranges::none_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<std::uint8_t>(c) >= 0x80;
  });
}

std::string Listed(std::string_view name) { return Displayable(name, kListedBytes); }

bool StartsWith(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> prefix) {
  return bytes.size() >= prefix.size() && std::ranges::equal(bytes.first(prefix.size()), prefix);
}

constexpr std::array<std::uint8_t, 3> kUtf8Mark = {0xEF, 0xBB, 0xBF};
constexpr std::array<std::uint8_t, 2> kUtf16LittleMark = {0xFF, 0xFE};
constexpr std::array<std::uint8_t, 2> kUtf16BigMark = {0xFE, 0xFF};

}  // namespace

struct CsvReader::State {
  State(const std::filesystem::path& path, FileDescriptor opened, const std::atomic<bool>* asked,
        crypto::Sha256Stream* read_bytes)
      : file(path == "-" ? "standard input" : path.string()),
        fd(std::move(opened)),
        asked_to_stop(asked),
        digest(read_bytes),
        chunk(kChunkBytes) {}

  Status SkipByteOrderMark();
  Status ReadHeader();
  Result<bool> ReadRow(CsvRow* row);
  bool TakePlainLine(CsvRow* row);
  Result<bool> Fill();
  Status ParseLine(Sink* sink);
  Status CheckLimits(const Sink& sink) const;
  Status EndCarriageReturn(const Sink& sink);
  Result<bool> FinishFile(Sink* sink);
  Error Bad(const CsvRow& row, std::uint64_t offset, const std::string& what) const;

  std::uint64_t offset() const { return chunk_offset + begin; }
  std::span<const std::uint8_t> unread() const {
    return std::span(chunk).subspan(begin, end - begin);
  }

  std::string file;  // for messages
  FileDescriptor fd;
  const std::atomic<bool>* asked_to_stop;
  crypto::Sha256Stream* digest;  // of all that is read; may be null
  Parser parser;
  std::vector<std::uint8_t> chunk;
  std::uint64_t chunk_offset = 0;  // where the chunk starts in the file
  std::size_t begin = 0;           // the chunk's first byte not yet parsed
  std::size_t end = 0;             // one past its last byte read
  std::uint64_t row_offset = 0;    // where the present row starts in the file
  std::uint64_t next_number = 1;
  bool finished = false;
  std::optional<Error> failure;
  std::vector<std::string> columns;
};

Error CsvReader::State::Bad(const CsvRow& row, std::uint64_t offset,
                            const std::string& what) const {
  return {ErrorCode::kBadData, file + ": row " + std::to_string(next_number) + ", column " +
                                   std::to_string(row.size() + 1) + ", byte " +
                                   std::to_string(offset) + ": " + what};
}

// False at the end of the file.
Result<bool> CsvReader::State::Fill() {
  chunk_offset += end;
  begin = 0;
  end = 0;
  MUSUBI_ASSIGN_OR_RETURN(end, ReadFully(fd, file, chunk, asked_to_stop));
  if (digest != nullptr) digest->Update(unread());
  return end > 0;
}

Status CsvReader::State::SkipByteOrderMark() {
  MUSUBI_ASSIGN_OR_RETURN(const bool any, Fill());
  if (!any) {
    return Error{ErrorCode::kBadData, file + " is empty; it needs a header row"};
  }
  if (StartsWith(unread(), kUtf16LittleMark) || StartsWith(unread(), kUtf16BigMark)) {
    return Error{ErrorCode::kBadData, file + " is UTF-16; save it as UTF-8 or CP932 (Shift_JIS)"};
  }
  if (StartsWith(unread(), kUtf8Mark)) begin = kUtf8Mark.size();
  row_offset = offset();
  return {};
}

Status CsvReader::State::ReadHeader() {
  CsvRow row;
  MUSUBI_ASSIGN_OR_RETURN(const bool any, ReadRow(&row));
  if (!any) {
    return Error{ErrorCode::kBadData, file + " has only blank lines; it needs a header row"};
  }
  std::map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string_view name = TrimBlanks(row[i]);
    columns.emplace_back(name);
    if (name.empty()) continue;
    const auto [first, is_new] = seen.emplace(name, i);
    if (!is_new) {
      return Error{ErrorCode::kBadData,
                   file + ": row 1: columns " + std::to_string(first->second + 1) + " and " +
                       std::to_string(i + 1) + " have the same name; rename one of them"};
    }
  }
  return {};
}

Result<bool> CsvReader::State::ReadRow(CsvRow* row) {
  row->Clear(next_number);
  if (TakePlainLine(row)) return true;
  Sink sink{row};
  while (!sink.row_ended) {
    if (begin == end) {
      MUSUBI_ASSIGN_OR_RETURN(const bool any, Fill());
      if (!any) return FinishFile(&sink);
    }
    MUSUBI_RETURN_IF_ERROR(ParseLine(&sink));
    if (sink.row_ended && row->size() == 0) {  // a blank line
      sink.row_ended = false;
      row_offset = offset();
    }
  }
  row_offset = offset();
  ++next_number;
  return true;
}

// Takes the next line where it is one of most: it lies whole in the chunk, has no quote, and so its
// commas are all that must be found. False, and nothing is taken, where libcsv must look at it.
bool CsvReader::State::TakePlainLine(CsvRow* row) {
  static_assert(kChunkBytes <= kMaxCellBytes && kChunkBytes <= kMaxRowBytes);
  const auto* const first = reinterpret_cast<const char*>(chunk.data()) + begin;
  const std::string_view unread_text(first, end - begin);
  const std::size_t newline = unread_text.find('\n');
  if (newline == std::string_view::npos) return false;
  std::string_view line = unread_text.substr(0, newline);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty()) return false;
  std::size_t cell = 0;  // where it begins
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == ',') {
      row->Add(line.substr(cell, at - cell));
      cell = at + 1;
    } else if (c == '"' || c == '\r' || c == '\0') {
      row->Clear(next_number);
      return false;
    }
  }
  row->Add(line.substr(cell));
  if (row->size() > kMaxColumns) {
    row->Clear(next_number);
    return false;
  }
  begin += newline + 1;
  row_offset = offset();
  ++next_number;
  return true;
}

// Parses up to the end of the present line or chunk.
Status CsvReader::State::ParseLine(Sink* sink) {
  const auto bytes = unread();
  const auto stop = std::ranges::find_if(
      bytes, [](std::uint8_t byte) { return byte == '\n' || byte == '\r' || byte == 0; });
  const bool at_nul = stop != bytes.end() && *stop == 0;
  const bool at_newline = stop != bytes.end() && *stop != 0;
  const auto line = bytes.first(static_cast<std::size_t>(stop - bytes.begin()) + at_newline);

  const std::size_t parsed = parser.Parse(line, sink);
  begin += parsed;
  MUSUBI_RETURN_IF_ERROR(CheckLimits(*sink));
  if (parsed < line.size()) {
    if (parser.out_of_memory()) return Error{ErrorCode::kIo, "cannot read " + file + ": no memory"};
    return Bad(*sink->row, offset(),
               line[parsed] == '"'
                   ? "a quote inside an unquoted cell; put the cell in quotes and double each "
                     "quote inside it"
                   : "text after a closing quote; double each quote inside a quoted cell");
  }
  if (at_nul) {
    return Bad(*sink->row, offset(),
               "a NUL byte; if the file is UTF-16, save it as UTF-8 or CP932 (Shift_JIS)");
  }
  if (at_newline && line.back() == '\r') return EndCarriageReturn(*sink);
  return {};
}

// Asked after each piece of at most a chunk, so that a cell or row without end is refused soon.
Status CsvReader::State::CheckLimits(const Sink& sink) const {
  constexpr std::size_t kClosingQuote = 1;
  const CsvRow& row = *sink.row;
  if (sink.cell_too_long || parser.open_cell_bytes() > kMaxCellBytes + kClosingQuote) {
    return Bad(row, row_offset,
               "the row that starts here has a cell of more than " + std::to_string(kMaxCellBytes) +
                   " bytes; is a quote left open?");
  }
  if (row.size() > kMaxColumns) {
    return Bad(row, row_offset,
               "the row that starts here has more than " + std::to_string(kMaxColumns) + " cells");
  }
  if (offset() - row_offset > kMaxRowBytes) {
    return Bad(row, row_offset,
               "the row that starts here has more than " + std::to_string(kMaxRowBytes) +
                   " bytes; is a quote left open?");
  }
  return {};
}

// libcsv takes a lone carriage return for the end of a line. In a file whose lines end otherwise
// it is a damaged cell, so only one that a line feed follows is accepted outside quotes.
Status CsvReader::State::EndCarriageReturn(const Sink& sink) {
  if (!sink.row_ended) return {};  // within quotes
  const std::uint64_t at = offset() - 1;
  bool any = begin < end;
  if (!any) {
    MUSUBI_ASSIGN_OR_RETURN(any, Fill());
  }
  if (!any || chunk[begin] != '\n') {
    return Error{ErrorCode::kBadData,
                 file + ": row " + std::to_string(next_number) + ", byte " + std::to_string(at) +
                     ": a carriage return without a line feed; end lines with LF or CRLF"};
  }
  ++begin;
  return {};
}

Result<bool> CsvReader::State::FinishFile(Sink* sink) {
  if (!parser.Finish(sink)) {
    return Bad(*sink->row, row_offset, "the row that starts here has a quote that is never closed");
  }
  MUSUBI_RETURN_IF_ERROR(CheckLimits(*sink));
  finished = true;
  if (sink->row->size() == 0) return false;
  ++next_number;
  return true;
}

CsvReader::CsvReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

Result<CsvReader> CsvReader::Open(const std::filesystem::path& file, const std::atomic<bool>* stop,
                                  crypto::Sha256Stream* digest) {
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor fd, OpenForReading(file));
  return Take(std::move(fd), file, stop, digest);
}

Result<CsvReader> CsvReader::Take(FileDescriptor fd, const std::filesystem::path& file,
                                  const std::atomic<bool>* stop, crypto::Sha256Stream* digest) {
  auto state = std::make_unique<State>(file, std::move(fd), stop, digest);
  MUSUBI_RETURN_IF_ERROR(state->SkipByteOrderMark());
  MUSUBI_RETURN_IF_ERROR(state->ReadHeader());
  return CsvReader(std::move(state));
}

const std::vector<std::string>& CsvReader::columns() const {
  MUSUBI_CHECK(state_ != nullptr);
  return state_->columns;
}

Status CsvReader::RenameColumns(std::vector<std::string> names) {
  MUSUBI_CHECK(state_ != nullptr && names.size() == state_->columns.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto first = std::ranges::find(names, names[i]) - names.begin();
    if (static_cast<std::size_t>(first) == i || names[i].empty()) continue;
    return Error{ErrorCode::kBadData, state_->file + ": row 1: columns " +
                                          std::to_string(first + 1) + " and " +
                                          std::to_string(i + 1) + " have the same name"};
  }
  state_->columns = std::move(names);
  return {};
}

Result<std::size_t> CsvReader::ColumnIndex(std::string_view name) const {
  const auto& names = columns();
  const auto found = std::ranges::find(names, name);
  if (!name.empty() && found != names.end()) {
    return static_cast<std::size_t>(found - names.begin());
  }
  std::string message = state_->file + " has no column \"" + Listed(name) + "\"; ";
  if (std::ranges::any_of(names, LooksLikeValue)) {
    return Error{ErrorCode::kBadData, message + "its first row looks like data: add a header row"};
  }
  message += "its columns are: ";
  for (std::size_t i = 0; i < std::min(names.size(), kListedColumns); ++i) {
    message += (i == 0 ? "" : ", ") + Listed(names[i]);
  }
  if (names.size() > kListedColumns) message += ", ...";
  return Error{ErrorCode::kBadData, message};
}

Result<bool> CsvReader::Next(CsvRow* row) {
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

void AppendCsvCell(std::string_view cell, std::string* line) {
  const bool would_be_blank = cell.empty() && (line->empty() || line->back() == '\n');
  if (!would_be_blank && cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    *line += cell;
    return;
  }
  *line += '"';
  for (const char c : cell) {
    if (c == '"') *line += '"';
    *line += c;
  }
  *line += '"';
}

}  // namespace musubi::storage
