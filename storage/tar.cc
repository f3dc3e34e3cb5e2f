#include "storage/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "storage/posix_file.h"

namespace musubi::storage {

namespace {

constexpr std::uint64_t kBlock = 512;  // POSIX.1-2017, pax, "ustar Interchange Format"
constexpr std::uint64_t kEndBytes = 2 * kBlock;
constexpr mode_t kMode = 0644;
constexpr std::size_t kReadBytes = std::size_t{64} * 1024;

struct EntryDeleter {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};
using Entry = std::unique_ptr<archive_entry, EntryDeleter>;

std::uint64_t RoundUp(std::uint64_t bytes) { return (bytes + kBlock - 1) / kBlock * kBlock; }

bool IsEmpty(const char* text) { return text == nullptr || *text == '\0'; }

}  // namespace

struct TarWriter::State {
  explicit State(ByteSink target) : out(std::move(target)) {}
  ~State() { archive_write_free(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static la_ssize_t OnWrite(archive* handle, void* state, const void* bytes, size_t size);
  Status Outcome(bool succeeded) const;

  ByteSink out;
  archive* handle = archive_write_new();
  std::uint64_t lacking = 0;  // bytes of the present member
  bool closing = false;       // nothing more is to be written
  Status written;             // the first failure of `out`
};

// libarchive 3.6 leaks memory when it learns that a header could not be written. So it hears of no
// failure before it is closed; Outcome looks for one after every call.
la_ssize_t TarWriter::State::OnWrite(archive* handle, void* state, const void* bytes, size_t size) {
  State& self = *static_cast<State*>(state);
  if (self.closing) {
    archive_set_error(handle, ECANCELED, "closed");
    return -1;
  }
  if (self.written.ok()) {
    self.written = self.out(std::span(static_cast<const std::uint8_t*>(bytes), size));
  }
  return static_cast<la_ssize_t>(size);
}

Status TarWriter::State::Outcome(bool succeeded) const {
  if (succeeded || !written.ok()) return written;
  const char* why = archive_error_string(handle);
  return Error{ErrorCode::kIo, std::string("cannot write the archive: ") +
                                   (IsEmpty(why) ? "libarchive gives no reason" : why)};
}

TarWriter::TarWriter(ByteSink out) : state_(std::make_unique<State>(std::move(out))) {
  archive* handle = state_->handle;
  MUSUBI_CHECK(handle != nullptr);
  MUSUBI_CHECK(archive_write_set_format_pax_restricted(handle) == ARCHIVE_OK);
  // The sink buffers; and the file ends with the archive, not at a tape's block of 10,240 bytes.
  MUSUBI_CHECK(archive_write_set_bytes_per_block(handle, 0) == ARCHIVE_OK);
  MUSUBI_CHECK(archive_write_open(handle, state_.get(), nullptr, State::OnWrite, nullptr) ==
               ARCHIVE_OK);
}

// Freeing an archive that was not finished writes its end, and the lacking bytes as zeros.
TarWriter::~TarWriter() { state_->closing = true; }

Status TarWriter::Begin(const std::string& name, std::uint64_t bytes) {
  MUSUBI_CHECK(state_->lacking == 0);
  const Entry entry(archive_entry_new());
  MUSUBI_CHECK(entry != nullptr);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), kMode);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes));
  archive_entry_set_mtime(entry.get(), 0, 0);
  state_->lacking = bytes;
  return state_->Outcome(archive_write_header(state_->handle, entry.get()) == ARCHIVE_OK);
}

Status TarWriter::Append(std::span<const std::uint8_t> bytes) {
  MUSUBI_CHECK(bytes.size() <= state_->lacking);
  const la_ssize_t wrote = archive_write_data(state_->handle, bytes.data(), bytes.size());
  state_->lacking -= bytes.size();
  return state_->Outcome(wrote == static_cast<la_ssize_t>(bytes.size()));
}

Status TarWriter::Finish() {
  MUSUBI_CHECK(state_->lacking == 0);
  return state_->Outcome(archive_write_close(state_->handle) == ARCHIVE_OK);
}

namespace {

// All that TarWriter writes before the data of a member.
Result<std::vector<std::uint8_t>> HeaderOf(const std::string& name, std::uint64_t bytes) {
  std::vector<std::uint8_t> header;
  TarWriter writer([&header](std::span<const std::uint8_t> written) -> Status {
    header.insert(header.end(), written.begin(), written.end());
    return {};
  });
  MUSUBI_RETURN_IF_ERROR(writer.Begin(name, bytes));
  return header;
}

}  // namespace

struct TarReader::State {
  State(std::filesystem::path path, std::string_view what, FileDescriptor opened,
        std::uint64_t size)
      : file(std::move(path)),
        kind(what),
        fd(std::move(opened)),
        file_bytes(size),
        buffer(kReadBytes) {}
  ~State() { archive_read_free(handle); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  static la_ssize_t OnRead(archive* handle, void* state, const void** bytes);
  Error Bad(const std::string& what) const;
  Error Failed(const std::string& what) const;
  Status CheckEntry(archive_entry* entry, const std::string& name) const;
  Status CheckPlace(const std::string& name, std::uint64_t bytes) const;
  Status ReadAt(std::uint64_t begin, std::span<std::uint8_t> out) const;
  Status CheckZeros(std::uint64_t begin, std::uint64_t end) const;
  Status EndMember();

  std::filesystem::path file;
  std::string kind;
  FileDescriptor fd;
  std::uint64_t file_bytes;
  std::vector<std::uint8_t> buffer;
  archive* handle = archive_read_new();
  std::uint64_t next_header = 0;  // where the next member's header must start in the file
  std::uint64_t data_begin = 0;   // the present member's first byte
  std::uint64_t data_end = 0;     // one past the present member's last byte
  std::uint64_t unread = 0;       // bytes of the present member
  std::optional<Error> failure;   // of reading `file`
};

la_ssize_t TarReader::State::OnRead(archive* handle, void* state, const void** bytes) {
  State& self = *static_cast<State*>(state);
  const Result<std::size_t> got = ReadFully(self.fd, self.file, self.buffer);
  if (!got.ok()) {
    self.failure = got.error();
    archive_set_error(handle, EIO, "see the file's own error");
    return -1;
  }
  *bytes = self.buffer.data();
  return static_cast<la_ssize_t>(got.value());
}

Error TarReader::State::Bad(const std::string& what) const {
  return {ErrorCode::kBadData, file.string() + ": " + what};
}

// Why libarchive stopped: the disk, or what it read.
Error TarReader::State::Failed(const std::string& what) const {
  return failure ? *failure : Bad(what);
}

// Only what TarWriter writes: other attributes would be room for what no one expects.
Status TarReader::State::CheckEntry(archive_entry* entry, const std::string& name) const {
  const char* path = archive_entry_pathname(entry);
  if (IsEmpty(path) || name != path) {
    return Bad("its archive does not have " + name + " at byte " + std::to_string(next_header));
  }
  const bool is_regular = archive_entry_filetype(entry) == AE_IFREG &&
                          archive_entry_hardlink(entry) == nullptr &&
                          archive_entry_symlink(entry) == nullptr;
  const bool is_plain = archive_entry_perm(entry) == kMode && archive_entry_mtime(entry) == 0 &&
                        archive_entry_uid(entry) == 0 && archive_entry_gid(entry) == 0 &&
                        IsEmpty(archive_entry_uname(entry)) && IsEmpty(archive_entry_gname(entry));
  if (!is_regular || !is_plain) {
    return Bad("the header of " + name + " at byte " + std::to_string(next_header) +
               " is not one of " + kind);
  }
  return {};
}

// That nothing lies between the member before and this one's data but the header that TarWriter
// writes, to the byte: libarchive takes many spellings of one number, types that it does not know,
// and two changes that leave the check sum as it was.
Status TarReader::State::CheckPlace(const std::string& name, std::uint64_t bytes) const {
  const auto header = static_cast<std::uint64_t>(archive_read_header_position(handle));
  const auto data = static_cast<std::uint64_t>(archive_filter_bytes(handle, 0));
  MUSUBI_ASSIGN_OR_RETURN(const std::vector<std::uint8_t> expected, HeaderOf(name, bytes));
  std::vector<std::uint8_t> actual(expected.size());
  if (header == next_header && data == header + expected.size()) {
    MUSUBI_RETURN_IF_ERROR(ReadAt(header, actual));
  }
  if (actual != expected) {
    return Bad("the header at byte " + std::to_string(next_header) + " is not one of " + kind);
  }
  if (bytes > file_bytes || data > file_bytes - bytes) {
    return Bad("is truncated: it ends before byte " + std::to_string(data + bytes));
  }
  return {};
}

// Reads beside libarchive's stream, without moving it.
Status TarReader::State::ReadAt(std::uint64_t begin, std::span<std::uint8_t> out) const {
  const ssize_t got = ::pread(fd.get(), out.data(), out.size(), static_cast<off_t>(begin));
  if (got < 0) {
    const int error = errno;
    return Error{ErrorCode::kIo, "cannot read " + file.string() + ": " + ErrnoText(error)};
  }
  if (static_cast<std::size_t>(got) < out.size()) {
    return Bad("is truncated: it ends before byte " + std::to_string(begin + out.size()));
  }
  return {};
}

// libarchive skips the padding after a member and what follows the end unread.
Status TarReader::State::CheckZeros(std::uint64_t begin, std::uint64_t end) const {
  MUSUBI_CHECK(end >= begin && end - begin <= kEndBytes);
  std::array<std::uint8_t, kEndBytes> bytes{};
  const std::span part = std::span(bytes).first(end - begin);
  MUSUBI_RETURN_IF_ERROR(ReadAt(begin, part));
  const auto odd = std::ranges::find_if(part, [](std::uint8_t byte) { return byte != 0; });
  if (odd == part.end()) return {};
  return Bad("byte " + std::to_string(begin + static_cast<std::uint64_t>(odd - part.begin())) +
             " should be zero: the file is damaged");
}

Status TarReader::State::EndMember() {
  MUSUBI_CHECK(unread == 0);
  return CheckZeros(data_end, next_header);
}

TarReader::TarReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
TarReader::~TarReader() = default;
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader& TarReader::operator=(TarReader&&) noexcept = default;

Result<TarReader> TarReader::Open(const std::filesystem::path& file, std::string_view kind) {
  MUSUBI_ASSIGN_OR_RETURN(FileDescriptor fd, OpenForReading(file));
  return Take(std::move(fd), file, kind);
}

Result<TarReader> TarReader::Take(FileDescriptor fd, const std::filesystem::path& file,
                                  std::string_view kind) {
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Error{ErrorCode::kNoInput,
                 file.string() + " is not an ordinary file; a pipe or device will not do here"};
  }
  auto state =
      std::make_unique<State>(file, kind, std::move(fd), static_cast<std::uint64_t>(info.st_size));
  archive* handle = state->handle;
  MUSUBI_CHECK(handle != nullptr);
  MUSUBI_CHECK(archive_read_support_format_tar(handle) == ARCHIVE_OK);
  if (archive_read_open(handle, state.get(), nullptr, State::OnRead, nullptr) != ARCHIVE_OK) {
    return state->Failed("is not " + state->kind + ": it is not a tar archive");
  }
  return TarReader(std::move(state));
}

std::uint64_t TarReader::file_bytes() const { return state_->file_bytes; }

std::uint64_t TarReader::member_begin() const { return state_->data_begin; }

Status TarReader::ReadAt(std::uint64_t begin, std::span<std::uint8_t> out) const {
  return state_->ReadAt(begin, out);
}

void TarReader::Forget(std::uint64_t begin, std::uint64_t bytes) const {
  ::posix_fadvise(state_->fd.get(), static_cast<off_t>(begin), static_cast<off_t>(bytes),
                  POSIX_FADV_DONTNEED);
}

Result<std::uint64_t> TarReader::Next(const std::string& name) {
  State& state = *state_;
  MUSUBI_RETURN_IF_ERROR(state.EndMember());
  archive_entry* entry = nullptr;
  const int outcome = archive_read_next_header(state.handle, &entry);
  if (outcome != ARCHIVE_OK) {
    return state.Failed("is not " + state.kind + ", is truncated or damaged: it has no header of " +
                        name + " at byte " + std::to_string(state.next_header));
  }
  MUSUBI_RETURN_IF_ERROR(state.CheckEntry(entry, name));
  if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0) {
    return state.Bad("the header of " + name + " gives no size");
  }
  const auto bytes = static_cast<std::uint64_t>(archive_entry_size(entry));
  MUSUBI_RETURN_IF_ERROR(state.CheckPlace(name, bytes));
  const auto data = static_cast<std::uint64_t>(archive_filter_bytes(state.handle, 0));
  state.unread = bytes;
  state.data_begin = data;
  state.data_end = data + bytes;
  state.next_header = data + RoundUp(bytes);
  return bytes;
}

Status TarReader::Read(std::span<std::uint8_t> out) {
  State& state = *state_;
  MUSUBI_CHECK(out.size() <= state.unread);
  while (!out.empty()) {
    const la_ssize_t got = archive_read_data(state.handle, out.data(), out.size());
    if (got <= 0) {
      return state.Failed("is truncated: it ends before byte " + std::to_string(state.data_end));
    }
    state.unread -= static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Status TarReader::Finish() {
  State& state = *state_;
  MUSUBI_RETURN_IF_ERROR(state.EndMember());
  const std::uint64_t end = state.next_header + kEndBytes;
  MUSUBI_RETURN_IF_ERROR(state.CheckZeros(state.next_header, end));
  if (state.file_bytes != end) {
    return state.Bad("has bytes after its end, from byte " + std::to_string(end));
  }
  return {};
}

}  // namespace musubi::storage
