#include "storage/clks_file.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/check.h"
#include "storage/base64.h"
#include "storage/posix_file.h"

namespace musubi::storage {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

// The longest text or number that the JSON form may hold; a filter of 2^24 bits takes 2.7 MiB.
constexpr std::uint64_t kMaxTokenBytes = std::uint64_t{4} << 20;

Error Bad(const std::filesystem::path& file, const std::string& what) {
  return {ErrorCode::kBadData, file.string() + ": " + what};
}

// Whether all bits of `row` behind the first `bits` are zero.
bool EndsInZeros(std::span<const std::uint8_t> row, std::uint32_t bits) {
  const unsigned used = bits % 8;
  return used == 0 || (row.back() & 0xFFU >> used) == 0;
}

std::size_t RowBytes(std::uint32_t bits) { return (std::size_t{bits} + 7) / 8; }

// The bytes of a file, a chunk at a time, for a parser that asks for one by one.
class ByteStream {
 public:
  ByteStream(const std::filesystem::path& file, FileDescriptor fd, const std::atomic<bool>* stop)
      : file_(file), fd_(std::move(fd)), stop_(stop), chunk_(kChunkBytes) {}

  // False at the end of the file, on failure, and where one token is too long.
  bool AtEnd() {
    if (begin_ < end_) return false;
    if (!status_.ok() || ended_) return true;
    auto got = ReadFully(fd_, file_, chunk_, stop_);
    if (!got.ok()) status_ = got.error();
    begin_ = 0;
    end_ = got.ok() ? got.value() : 0;
    ended_ = end_ == 0;
    return ended_;
  }

  char Peek() const { return static_cast<char>(chunk_[begin_]); }

  void Advance() {
    ++begin_;
    if (++token_bytes_ <= kMaxTokenBytes) return;
    ended_ = true;
    end_ = begin_;
    status_ = Bad(file_, "a text or number in it is longer than 4 MiB");
  }

  // Starts the count of a token's bytes again.
  void NextToken() { token_bytes_ = 0; }

  const Status& status() const { return status_; }

 private:
  const std::filesystem::path& file_;
  FileDescriptor fd_;
  const std::atomic<bool>* stop_;
  std::vector<std::uint8_t> chunk_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  std::uint64_t token_bytes_ = 0;
  Status status_;
};

// An input iterator over a ByteStream; without one, the end.
class ByteIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  explicit ByteIterator(ByteStream* stream = nullptr) : stream_(stream) {}

  char operator*() const { return stream_->Peek(); }
  ByteIterator& operator++() {
    stream_->Advance();
    return *this;
  }
  ByteIterator operator++(int) {
    const ByteIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const ByteIterator& other) const { return IsEnd() == other.IsEnd(); }
  bool operator!=(const ByteIterator& other) const { return !(*this == other); }

 private:
  bool IsEnd() const { return stream_ == nullptr || stream_->AtEnd(); }

  ByteStream* stream_;
};

// Takes the rows out of the parser's events.
class ClksHandler : public nlohmann::json_sax<nlohmann::json> {
 public:
  ClksHandler(std::optional<std::uint32_t> bits, ByteStream* stream)
      : bits_(bits), stream_(stream) {
    if (bits) clks_.row_bytes = RowBytes(*bits);
  }

  bool null() override { return Other(); }
  bool boolean(bool /*value*/) override { return Other(); }
  bool number_integer(std::int64_t /*value*/) override { return Other(); }
  bool number_unsigned(std::uint64_t /*value*/) override { return Other(); }
  bool number_float(double /*value*/, const std::string& /*text*/) override { return Other(); }
  bool binary(nlohmann::json::binary_t& /*value*/) override { return Other(); }

  bool string(std::string& text) override {
    stream_->NextToken();
    return InArray() ? Row(text) : Other();
  }

  bool start_object(std::size_t /*size*/) override {
    if (depth_ > 0 && !Other()) return false;
    ++depth_;
    stream_->NextToken();
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    if (depth_ == 1 && at_clks_) {
      found_ = true;
      in_clks_ = true;
    } else if (!Other()) {
      return false;
    }
    ++depth_;
    return true;
  }

  bool end_object() override { return End(); }
  bool end_array() override { return End(); }

  bool key(std::string& name) override {
    stream_->NextToken();
    if (depth_ != 1) return true;
    at_clks_ = name == "clks";
    return !at_clks_ || !found_ || Fail("has \"clks\" twice");
  }

  bool parse_error(std::size_t at, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    return Fail("not JSON at byte " + std::to_string(at));
  }

  bool found() const { return found_; }
  const std::string& trouble() const { return trouble_; }
  Clks TakeClks() { return std::move(clks_); }

 private:
  static constexpr int kArrayDepth = 2;

  bool InArray() const { return in_clks_ && depth_ == kArrayDepth; }

  bool Fail(std::string what) {
    if (trouble_.empty()) trouble_ = std::move(what);
    return false;
  }

  bool FailAt(const std::string& what) {
    return Fail("/clks/" + std::to_string(index_) + " " + what);
  }

  // A value that is no row.
  bool Other() {
    stream_->NextToken();
    if (depth_ == 0) return Fail("not an object with an array \"clks\"");
    if (InArray()) return FailAt("is not a text");
    if (depth_ == 1 && at_clks_) return Fail("\"clks\" is not an array");
    return true;
  }

  bool End() {
    stream_->NextToken();
    if (InArray()) in_clks_ = false;
    --depth_;
    return true;
  }

  bool Row(std::string_view text) {
    const std::size_t before = clks_.bytes.size();
    if (!DecodeBase64(text, &clks_.bytes)) return FailAt("is not base64");
    const std::size_t bytes = clks_.bytes.size() - before;
    if (clks_.row_bytes == 0) clks_.row_bytes = bytes;
    if (bytes == 0) return FailAt("is empty");
    if (bytes != clks_.row_bytes) {
      return FailAt("has " + std::to_string(bytes) + " bytes instead of " +
                    std::to_string(clks_.row_bytes));
    }
    if (bits_ && !EndsInZeros(std::span(clks_.bytes).last(bytes), *bits_)) {
      return FailAt("has bits set behind its last");
    }
    ++index_;
    return true;
  }

  std::optional<std::uint32_t> bits_;
  ByteStream* stream_;
  Clks clks_;
  std::uint64_t index_ = 0;  // of the next row
  std::size_t depth_ = 0;
  bool at_clks_ = false;  // the latest key of the outermost object is "clks"
  bool in_clks_ = false;
  bool found_ = false;
  std::string trouble_;
};

}  // namespace

ClksWriter::ClksWriter(ClksForm form, std::size_t row_bytes, AtomicFile* out)
    : form_(form), row_bytes_(row_bytes), out_(out) {
  MUSUBI_CHECK(row_bytes > 0 && out != nullptr);
}

Status ClksWriter::Append(std::span<const std::uint8_t> row) {
  MUSUBI_CHECK(row.size() == row_bytes_);
  if (form_ == ClksForm::kBinary) return out_->Write(row);
  text_ = any_ ? ", \"" : "{\"clks\": [\"";
  any_ = true;
  AppendBase64(row, &text_);
  text_ += '"';
  return out_->Write(text_);
}

Status ClksWriter::Finish() {
  if (form_ == ClksForm::kBinary) return {};
  return out_->Write(std::string_view(any_ ? "]}" : "{\"clks\": []}"));
}

Result<Clks> ReadClksJson(const std::filesystem::path& file, std::optional<std::uint32_t> bits,
                          const std::atomic<bool>* stop) {
  MUSUBI_CHECK(!bits || *bits > 0);
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor fd, OpenForReading(file));
  ByteStream stream(file, std::move(fd), stop);
  ClksHandler handler(bits, &stream);
  const bool parsed = nlohmann::json::sax_parse(ByteIterator(&stream), ByteIterator(), &handler);
  if (!stream.status().ok()) return stream.status().error();
  if (!parsed) return Bad(file, handler.trouble());
  if (!handler.found()) return Bad(file, "has no array \"clks\"");
  return handler.TakeClks();
}

Result<Clks> ReadClksBinary(const std::filesystem::path& file, std::uint64_t rows,
                            std::size_t row_bytes, std::optional<std::uint32_t> bits,
                            const std::atomic<bool>* stop) {
  MUSUBI_CHECK(row_bytes > 0 && (!bits || RowBytes(*bits) == row_bytes));
  MUSUBI_ASSIGN_OR_RETURN(const FileDescriptor fd, OpenForReading(file));
  Clks clks;
  clks.row_bytes = row_bytes;
  // What is told of its size is believed only as far as there are bytes.
  std::vector<std::uint8_t> chunk(kChunkBytes);
  while (true) {
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t got, ReadFully(fd, file, chunk, stop));
    clks.bytes.insert(clks.bytes.end(), chunk.begin(),
                      chunk.begin() + static_cast<std::ptrdiff_t>(got));
    if (got < chunk.size() || clks.bytes.size() / row_bytes > rows) break;
  }
  if (clks.bytes.size() % row_bytes != 0 || clks.rows() != rows) {
    return Bad(file, "does not have " + std::to_string(rows) + " rows of " +
                         std::to_string(row_bytes) + " bytes");
  }
  for (std::size_t i = 0; bits && i < clks.rows(); ++i) {
    if (!EndsInZeros(clks.Row(i), *bits)) {
      return Bad(file, "row " + std::to_string(i) + " has bits set behind its last");
    }
  }
  return clks;
}

}  // namespace musubi::storage
