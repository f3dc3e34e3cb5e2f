#include "storage/link_run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "core/check.h"
#include "storage/atomic_file.h"
#include "storage/posix_file.h"

namespace musubi::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kRunTitle = "musubi-link-run 1\n";
constexpr std::string_view kSegmentTitle = "musubi-links 2\n";
constexpr const char* kRunFile = "RUN";
constexpr std::size_t kHashBytes = 16;
constexpr std::size_t kSegmentHeadBytes = kSegmentTitle.size() + 32 + 6 * sizeof(std::uint64_t);
constexpr std::size_t kRunBytes = kRunTitle.size() + 32 + sizeof(std::uint64_t) + 32 + kHashBytes;
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

// The bytes of the hash of all that was written or read before it.
class Hash {
 public:
  Hash() : state_(XXH3_createState()) {
    MUSUBI_CHECK(state_ != nullptr && XXH3_128bits_reset(state_) == XXH_OK);
  }
  ~Hash() { XXH3_freeState(state_); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;

  void Update(std::string_view bytes) {
    MUSUBI_CHECK(XXH3_128bits_update(state_, bytes.data(), bytes.size()) == XXH_OK);
  }
  std::string Finish() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_));
    static_assert(sizeof canonical.digest == kHashBytes);
    return {reinterpret_cast<const char*>(canonical.digest), kHashBytes};
  }

 private:
  XXH3_state_t* state_;
};

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
Status WritePairs(std::vector<ScoredPair>* pairs, Hash* hash, AtomicFile* file) {
  constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
  std::ranges::sort(*pairs, ByRows);
  std::string piece;
  const auto flush = [&]() -> Status {
    hash->Update(piece);
    MUSUBI_RETURN_IF_ERROR(file->Write(piece));
    piece.clear();
    return {};
  };
  ScoredPair previous{0, 0, 0};
  for (const ScoredPair& pair : *pairs) {
    AppendLink(pair, previous, &piece);
    previous = pair;
    if (piece.size() >= kPieceBytes) MUSUBI_RETURN_IF_ERROR(flush());
  }
  return flush();
}

Error Damaged(const fs::path& file) {
  return {ErrorCode::kIo, file.string() + " has changed since this run wrote it; check the disk"};
}

// The bytes of a file that ends with the hash of what comes before, without it; nothing where it
// does not, or is not there.
Result<std::optional<std::string>> ReadHashed(const fs::path& file) {
  constexpr std::size_t kAnySize = std::size_t{1} << 48;
  Result<std::string> bytes = ReadSmallFile(file, kAnySize);
  if (!bytes.ok()) {
    if (bytes.error().code == ErrorCode::kNoInput) return std::optional<std::string>();
    return bytes.error();
  }
  std::string content = std::move(bytes.value());
  if (content.size() < kHashBytes) return std::optional<std::string>();
  const std::string hash = content.substr(content.size() - kHashBytes);
  content.resize(content.size() - kHashBytes);
  Hash expected;
  expected.Update(content);
  if (expected.Finish() != hash) return std::optional<std::string>();
  return std::optional(std::move(content));
}

std::string RunText(const LinkRunPlan& plan, const RunSeed& seed) {
  std::string text(kRunTitle);
  text += BytesOf(plan.digest);
  AppendNumber(plan.tiles, &text);
  text += BytesOf(seed);
  return text;
}

}  // namespace

fs::path LinkRun::FileOf(std::uint64_t segment) const {
  std::string number = std::to_string(segment + 1);
  number.insert(0, 8 - std::min<std::size_t>(8, number.size()), '0');
  return folder_ / ("links." + number);
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

Result<LinkRun> LinkRun::Begin(fs::path folder, const LinkRunPlan& plan, const RunSeed& seed) {
  Remove(folder);
  if (::mkdir(folder.c_str(), 0700) != 0) {
    const int error = errno;
    return Error{ErrorCode::kIo, "cannot make " + folder.string() + ": " + ErrnoText(error)};
  }
  std::string text = RunText(plan, seed);
  Hash hash;
  hash.Update(text);
  text += hash.Finish();
  MUSUBI_CHECK(text.size() == kRunBytes);
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile file,
                          AtomicFile::Create(folder / kRunFile, Overwrite::kReplace, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(file.Write(text));
  MUSUBI_RETURN_IF_ERROR(file.Commit());
  return LinkRun(std::move(folder), plan, seed);
}

Result<std::optional<LinkRun>> LinkRun::Find(fs::path folder, const LinkRunPlan& plan) {
  MUSUBI_ASSIGN_OR_RETURN(const std::optional<std::string> text, ReadHashed(folder / kRunFile));
  if (!text || text->size() + kHashBytes != kRunBytes) return std::optional<LinkRun>();
  RunSeed seed;
  std::memcpy(seed.data(), text->data() + text->size() - seed.size(), seed.size());
  if (*text != RunText(plan, seed)) return std::optional<LinkRun>();
  LinkRun run(std::move(folder), plan, seed);
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
  MUSUBI_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, ReadHashed(file));
  if (!bytes || bytes->size() < kSegmentHeadBytes) return Damaged(file);
  Reader in(*bytes);
  if (!in.Skip(kSegmentTitle) || !in.Skip(BytesOf(plan_.digest)) || in.Number() != segment) {
    return Damaged(file);
  }
  LinkRunPart part;
  part.end_tile = in.Number();
  part.compared = in.Number();
  part.reached = in.Number();
  part.control = in.Number();
  const std::uint64_t link_count = in.Number();
  const std::uint64_t hit_count = in.Number();
  auto links = ReadPairs(link_count, &in);
  auto hits = ReadPairs(hit_count, &in);
  if (!links || !hits || in.left() > 0 || part.end_tile > plan_.tiles) return Damaged(file);
  part.links = std::move(*links);
  part.hits = std::move(*hits);
  return part;
}

Status LinkRun::Append(LinkRunPart part) {
  MUSUBI_CHECK(part.end_tile > end_tile_ && part.end_tile <= plan_.tiles);
  std::string head(kSegmentTitle);
  head += BytesOf(plan_.digest);
  for (const std::uint64_t number : {segments_, part.end_tile, part.compared, part.reached,
                                     part.control, part.links.size(), part.hits.size()}) {
    AppendNumber(number, &head);
  }
  MUSUBI_ASSIGN_OR_RETURN(AtomicFile file,
                          AtomicFile::Create(FileOf(segments_), Overwrite::kReplace, kPrivateMode));
  Hash hash;
  hash.Update(head);
  MUSUBI_RETURN_IF_ERROR(file.Write(head));
  MUSUBI_RETURN_IF_ERROR(WritePairs(&part.links, &hash, &file));
  MUSUBI_RETURN_IF_ERROR(WritePairs(&part.hits, &hash, &file));
  MUSUBI_RETURN_IF_ERROR(file.Write(hash.Finish()));
  const std::uint64_t bytes = file.size();
  MUSUBI_RETURN_IF_ERROR(file.Commit());
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
