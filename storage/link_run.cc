#include "storage/link_run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "core/check.h"
#include "storage/atomic_file.h"
#include "storage/posix_file.h"
#include "storage/sealed_stream.h"
#include "storage/store_seal.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kRunTitle = "musubi-link-run 2\n";
constexpr std::string_view kSegmentTitle = "musubi-links 3\n";
constexpr const char* kRunFile = "RUN";
constexpr std::size_t kRunBytes = 32 + sizeof(std::uint64_t) + 32;  // behind the title
constexpr unsigned kPrivateMode = 0600;

template <std::size_t N>
std::string_view BytesOf(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

void AppendNumber(std::uint64_t number, std::string* out) {
  for (int shift = 0; shift < 64; shift += 8) {
    out->push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
  }
}

// Seven bits a byte, the lowest first; the last byte's top bit is 0 (LEB128).
void AppendVarint(std::uint32_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) {
    out->push_back(static_cast<char>(static_cast<std::uint8_t>(number | 0x80)));
  }
  out->push_back(static_cast<char>(static_cast<std::uint8_t>(number)));
}

// Takes numbers off the front of bytes that may be anything.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool Skip(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  std::uint64_t Number() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 64; shift += 8) number |= std::uint64_t{Byte()} << shift;
    return number;
  }
  std::uint32_t Varint() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const std::uint8_t byte = Byte();
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if ((byte & 0x80) == 0) {
        if (number > UINT32_MAX) failed_ = true;
        return static_cast<std::uint32_t>(number);
      }
    }
    failed_ = true;
    return 0;
  }
  std::size_t left() const { return rest_.size(); }
  bool failed() const { return failed_; }

 private:
  std::uint8_t Byte() {
    if (rest_.empty()) {
      failed_ = true;
      return 0;
    }
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte;
  }

  std::string_view rest_;
  bool failed_ = false;
};

bool ByRows(const ScoredPair& a, const ScoredPair& b) {
  return a.left != b.left ? a.left < b.left : a.right < b.right;
}

// A link after `previous`, as differences: neighbours are near, so most take one byte or two.
void AppendLink(const ScoredPair& link, const ScoredPair& previous, std::string* out) {
  const bool same_left = link.left == previous.left;
  AppendVarint(link.left - previous.left, out);
  AppendVarint(link.right - (same_left ? previous.right : link.left), out);
  AppendVarint(link.score, out);
}

// Nothing where the bytes are no pairs in their order.
std::optional<std::vector<ScoredPair>> ReadPairs(std::uint64_t count, Reader* in) {
  constexpr std::size_t kLeastBytes = 3;
  if (count > in->left() / kLeastBytes) return std::nullopt;
  std::vector<ScoredPair> links;
  links.reserve(count);
  ScoredPair previous{0, 0, 0};
  for (std::uint64_t i = 0; i < count; ++i) {
    ScoredPair link{};
    const std::uint32_t step = in->Varint();
    link.left = previous.left + step;
    link.right = in->Varint() + (step == 0 ? previous.right : link.left);
    link.score = in->Varint();
    if (in->failed() || link.left >= link.right) return std::nullopt;
    if (i > 0 && !ByRows(previous, link)) return std::nullopt;
    links.push_back(previous = link);
  }
  return links;
}

// Puts pairs into order and writes them.
Status WritePairs(std::vector<ScoredPair>* pairs, SealedWriter* out) {
  constexpr std::size_t kLinksAtOnce = 4096;
  std::ranges::sort(*pairs, ByRows);
  std::string some;
  ScoredPair previous{0, 0, 0};
  for (std::size_t i = 0; i < pairs->size(); ++i) {
    AppendLink((*pairs)[i], previous, &some);
    previous = (*pairs)[i];
    if (i % kLinksAtOnce != 0) continue;
    MUSUBI_RETURN_IF_ERROR(out->Write(some));
    some.clear();
  }
  return out->Write(some);
}

Error Damaged(const fs::path& file) {
  return {ErrorCode::kIo, file.string() + " has changed since this run wrote it; check the disk"};
}

// Writes a file of a run, whole: its title, then what `fill` writes, sealed. Returns its bytes.
Result<std::uint64_t> WriteSealed(const fs::path& path, std::string_view title,
                                  const StoreSeal& seal,
                                  const std::function<Status(SealedWriter*)>& fill) {
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile file,
                          AtomicFile::Create(path, Overwrite::kReplace, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(file.Write(title));
  SealedWriter out(seal.Run(), title,
                   [&file](std::span<const std::uint8_t> bytes) { return file.Write(bytes); });
  MUSUBI_RETURN_IF_ERROR(fill(&out));
  MUSUBI_RETURN_IF_ERROR(out.Finish());
  const std::uint64_t bytes = file.size();
  MUSUBI_RETURN_IF_ERROR(file.Commit());
  return bytes;
}

// What was sealed in a file of a run; nothing where it is not there, damaged, or of another key.
Result<std::optional<std::string>> ReadSealed(const fs::path& path, std::string_view title,
                                              const StoreSeal& seal) {
  const Result<FileDescriptor> file = OpenForReading(path);
  if (!file.ok()) {
    if (file.error().code == ErrorCode::kNoInput) return std::optional<std::string>();
    return file.error();
  }
  std::string head(title.size(), '\0');
  MUSUBI_ASSIGN_OR_RETURN(
      const std::size_t size,
      ReadFully(file.value(), path, {reinterpret_cast<std::uint8_t*>(head.data()), head.size()}));
  if (size != title.size() || head != title) return std::optional<std::string>();
  SealedReader in(seal.Run(), title,
                  [&](std::span<std::uint8_t> out) { return ReadFully(file.value(), path, out); });
  std::string content;
  for (;;) {
    const auto piece = in.Next();
    if (!piece.ok() && piece.error().code == ErrorCode::kIo) return piece.error();
    if (!piece.ok()) return std::optional<std::string>();
    if (!piece.value()) return std::optional(std::move(content));
    content += *piece.value();
  }
}

std::string RunText(const LinkRunPlan& plan, const RunSeed& seed) {
  std::string text(BytesOf(plan.digest));
  AppendNumber(plan.tiles, &text);
  text += BytesOf(seed);
  return text;
}

}  // namespace

fs::path LinkRun::FileOf(std::uint64_t segment) const {
  std::string number = std::to_string(segment + 1);
  number.insert(0, 8 - std::min<std::size_t>(8, number.size()), '0');
  return place_.folder / ("links." + number);
}

void LinkRun::Count(const LinkRunPart& part, std::uint64_t bytes) {
  ++segments_;
  end_tile_ = part.end_tile;
  compared_ += part.compared;
  reached_ += part.reached;
  control_ += part.control;
  links_ += part.links.size();
  hits_.insert(hits_.end(), part.hits.begin(), part.hits.end());
  bytes_ += bytes;
}

void LinkRun::Remove(const fs::path& folder) {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

Result<LinkRun> LinkRun::Begin(LinkRunPlace place, const LinkRunPlan& plan, const RunSeed& seed) {
  Remove(place.folder);
  if (::mkdir(place.folder.c_str(), 0700) != 0) {
    const int error = errno;
    return Error{ErrorCode::kIo, "cannot make " + place.folder.string() + ": " + ErrnoText(error)};
  }
  MUSUBI_RETURN_IF_ERROR(
      WriteSealed(place.folder / kRunFile, kRunTitle, *place.seal,
                  [&](SealedWriter* out) { return out->Write(RunText(plan, seed)); }));
  return LinkRun(std::move(place), plan, seed);
}

Result<std::optional<LinkRun>> LinkRun::Find(LinkRunPlace place, const LinkRunPlan& plan) {
  MUSUBI_ASSIGN_OR_RETURN(const std::optional<std::string> text,
                          ReadSealed(place.folder / kRunFile, kRunTitle, *place.seal));
  if (!text || text->size() != kRunBytes) return std::optional<LinkRun>();
  RunSeed seed;
  std::memcpy(seed.data(), text->data() + text->size() - seed.size(), seed.size());
  if (*text != RunText(plan, seed)) return std::optional<LinkRun>();
  LinkRun run(std::move(place), plan, seed);
  for (;;) {
    const Result<LinkRunPart> part = run.Read(run.segments_);
    // What is missing or damaged is made again, and whatever comes behind it.
    if (!part.ok() || part.value().end_tile <= run.end_tile_) break;
    std::error_code ignored;
    run.Count(part.value(), fs::file_size(run.FileOf(run.segments_), ignored));
  }
  return std::optional(std::move(run));
}

Result<LinkRunPart> LinkRun::Read(std::uint64_t segment) const {
  const fs::path file = FileOf(segment);
  MUSUBI_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                          ReadSealed(file, kSegmentTitle, *place_.seal));
  if (!bytes) return Damaged(file);
  Reader in(*bytes);
  if (!in.Skip(BytesOf(plan_.digest)) || in.Number() != segment) return Damaged(file);
  LinkRunPart part;
  part.end_tile = in.Number();
  part.compared = in.Number();
  part.reached = in.Number();
  part.control = in.Number();
  const std::uint64_t link_count = in.Number();
  const std::uint64_t hit_count = in.Number();
  auto links = ReadPairs(link_count, &in);
  auto hits = ReadPairs(hit_count, &in);
  if (!links || !hits || in.failed() || in.left() > 0 || part.end_tile > plan_.tiles) {
    return Damaged(file);
  }
  part.links = std::move(*links);
  part.hits = std::move(*hits);
  return part;
}

Status LinkRun::Append(LinkRunPart part) {
  MUSUBI_CHECK(part.end_tile > end_tile_ && part.end_tile <= plan_.tiles);
  std::string head(BytesOf(plan_.digest));
  for (const std::uint64_t number : {segments_, part.end_tile, part.compared, part.reached,
                                     part.control, part.links.size(), part.hits.size()}) {
    AppendNumber(number, &head);
  }
  const auto fill = [&](SealedWriter* out) -> Status {
    MUSUBI_RETURN_IF_ERROR(out->Write(head));
    MUSUBI_RETURN_IF_ERROR(WritePairs(&part.links, out));
    return WritePairs(&part.hits, out);
  };
  MUSUBI_ASSIGN_OR_RETURN(const std::uint64_t bytes,
                          WriteSealed(FileOf(segments_), kSegmentTitle, *place_.seal, fill));
  Count(part, bytes);
  return {};
}

Status LinkRun::Visit(const Visitor& visit) const {
  for (std::uint64_t number = 0; number < segments_; ++number) {
    MUSUBI_ASSIGN_OR_RETURN(const LinkRunPart part, Read(number));
    MUSUBI_RETURN_IF_ERROR(visit(part.links));
  }
  return {};
}

}  // namespace musubi::storage
