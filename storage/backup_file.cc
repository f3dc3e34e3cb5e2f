#include "storage/backup_file.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "storage/posix_file.h"
#include "storage/row_bytes.h"
#include "storage/sealed_stream.h"
#include "storage/store_folder.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kTitle = "musubi-backup 1\n";
constexpr unsigned kPrivateMode = 0600;
constexpr std::size_t kHeadBytes = 1 + 2 * sizeof(std::uint64_t) + 32 + sizeof(std::uint32_t);
constexpr std::size_t kBytesAtOnce = std::size_t{1} << 20;

std::string_view TextOf(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What stands before the sealed stream, and is bound to each of its pieces.
std::string TitleOf(const crypto::BackupId& id) {
  return std::string(kTitle) + std::string(TextOf(id));
}

// Names that a backup may have: of a store's own files, and of files right in its database's
// folder.
bool IsStoreFile(std::string_view name) {
  if (name == kFormatFile || name == kContractFile || name == kWitnessFile) return true;
  const std::string folder = std::string(kDatabaseFolder) + "/";
  if (!name.starts_with(folder)) return false;
  name.remove_prefix(folder.size());
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._") ==
             std::string_view::npos;
}

Status CopyInto(const fs::path& path, const std::string& name, SealedWriter* out,
                const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const FileDescriptor in, OpenForReading(path));
  std::error_code error;
  const std::uint64_t size = fs::file_size(path, error);
  if (error) return Error{ErrorCode::kIo, "cannot read " + path.string() + ": " + error.message()};
  MUSUBI_RETURN_IF_ERROR(out->Write(ValueWriter().Text(name).Number(size).Take()));
  std::vector<std::uint8_t> bytes(kBytesAtOnce);
  for (std::uint64_t left = size; left > 0;) {
    if (context.stopped()) return Interrupted();
    const auto some = std::span(bytes).first(std::min<std::uint64_t>(left, bytes.size()));
    MUSUBI_ASSIGN_OR_RETURN(const std::size_t read, ReadFully(in, path, some, context.stop));
    if (read != some.size()) return Error{ErrorCode::kIo, path.string() + " has become shorter"};
    MUSUBI_RETURN_IF_ERROR(out->Write(TextOf(some)));
    left -= read;
  }
  return {};
}

// The bytes of a sealed stream, taken as many at a time as are asked for.
class BackupReader {
 public:
  BackupReader(const fs::path& file, SealedReader in) : file_(file), in_(std::move(in)) {}

  // Exactly `size` bytes.
  Result<std::string> Take(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      MUSUBI_ASSIGN_OR_RETURN(const std::string_view some, TakeSome(size - bytes.size()));
      bytes += some;
    }
    return bytes;
  }
  // From 1 to `most` bytes, borrowed until the next call. Requires: most > 0.
  Result<std::string_view> TakeSome(std::size_t most) {
    while (piece_.empty()) {
      auto next = in_.Next();
      if (!next.ok()) return At(next.error());
      if (!next.value()) return At({ErrorCode::kBadData, "ends too early"});
      piece_ = *next.value();
    }
    const std::string_view taken = piece_.substr(0, most);
    piece_.remove_prefix(taken.size());
    return taken;
  }
  Status Finish() {
    MUSUBI_ASSIGN_OR_RETURN(const auto next, in_.Next());
    if (piece_.empty() && (!next || next->empty())) return {};
    return At({ErrorCode::kBadData, "goes on behind its last file"});
  }
  Error Bad() const { return At({ErrorCode::kBadData, "holds what no backup holds"}); }

 private:
  Error At(const Error& error) const {
    if (error.code != ErrorCode::kBadData) return error;
    return {error.code, file_.string() + " " + error.message};
  }

  const fs::path& file_;
  SealedReader in_;
  std::string_view piece_;
};

Status TakeFile(const fs::path& folder, BackupReader* in, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const std::string start, in->Take(2));  // version, and a name's length
  MUSUBI_ASSIGN_OR_RETURN(const std::string rest,
                          in->Take(static_cast<std::uint8_t>(start[1]) + sizeof(std::uint64_t)));
  const std::string bytes = start + rest;
  Reader entry = Reader::OfValue(bytes);
  const std::string name = entry.Text();
  auto left = entry.Number<std::uint64_t>();
  if (!entry.ok() || !IsStoreFile(name)) return in->Bad();
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile out,
                          AtomicFile::Create(folder / name, Overwrite::kRefuse, kPrivateMode));
  while (left > 0) {
    if (context.stopped()) return Interrupted();
    MUSUBI_ASSIGN_OR_RETURN(const std::string_view some,
                            in->TakeSome(std::min<std::uint64_t>(left, kBytesAtOnce)));
    MUSUBI_RETURN_IF_ERROR(out.Write(some));
    left -= some.size();
  }
  return out.Commit();
}

}  // namespace

Status WriteBackupFile(const fs::path& file, Overwrite overwrite, const crypto::BackupKey& key,
                       const BackupHead& head, const fs::path& folder,
                       const std::vector<std::string>& names, const ExecContext& context) {
  MUSUBI_CHECK(std::ranges::all_of(names, IsStoreFile));
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile out, AtomicFile::Create(file, overwrite, kPrivateMode));
  const std::string title = TitleOf(key.id);
  MUSUBI_RETURN_IF_ERROR(out.Write(title));
  SealedWriter sealed(crypto::Aead(key.key.bytes()), title,
                      [&out](std::span<const std::uint8_t> bytes) { return out.Write(bytes); });
  MUSUBI_RETURN_IF_ERROR(sealed.Write(ValueWriter()
                                          .Number(head.commit)
                                          .Number(head.epoch)
                                          .Bytes(head.state)
                                          .Number(static_cast<std::uint32_t>(names.size()))
                                          .Take()));
  for (const std::string& name : names) {
    MUSUBI_RETURN_IF_ERROR(CopyInto(folder / name, name, &sealed, context));
  }
  MUSUBI_RETURN_IF_ERROR(sealed.Finish());
  return out.Commit();
}

Result<BackupHead> ReadBackupFile(const fs::path& file, const crypto::BackupKey& key,
                                  const fs::path& folder, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(const FileDescriptor opened, OpenForReading(file));
  std::vector<std::uint8_t> start(kTitle.size() + key.id.size());
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t size, ReadFully(opened, file, start, context.stop));
  const std::string title = TitleOf(key.id);
  MUSUBI_CHECK(size == title.size() && TextOf(start) == title);  // the key was found by it
  BackupReader in(
      file, SealedReader(crypto::Aead(key.key.bytes()), title, [&](std::span<std::uint8_t> out) {
        return ReadFully(opened, file, out, context.stop);
      }));
  MUSUBI_ASSIGN_OR_RETURN(const std::string bytes, in.Take(kHeadBytes));
  Reader fields = Reader::OfValue(bytes);
  BackupHead head;
  head.commit = fields.Number<std::uint64_t>();
  head.epoch = fields.Number<std::uint64_t>();
  fields.Bytes(&head.state);
  const auto files = fields.Number<std::uint32_t>();
  if (!fields.ok()) return in.Bad();
  context.Stage("restore files", files);
  for (std::uint32_t i = 0; i < files; ++i) {
    MUSUBI_RETURN_IF_ERROR(TakeFile(folder, &in, context));
    context.Progress(i + 1);
  }
  MUSUBI_RETURN_IF_ERROR(in.Finish());
  return head;
}

Result<crypto::BackupId> ReadBackupId(const fs::path& file) {
  MUSUBI_ASSIGN_OR_RETURN(const FileDescriptor opened, OpenForReading(file));
  crypto::BackupId id{};
  std::vector<std::uint8_t> start(kTitle.size() + id.size());
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t size, ReadFully(opened, file, start));
  if (size != start.size() || !TextOf(start).starts_with(kTitle)) {
    return Error{ErrorCode::kBadData, file.string() + " is not a backup of a store"};
  }
  std::copy_n(start.begin() + kTitle.size(), id.size(), id.begin());
  return id;
}

}  // namespace musubi::storage
