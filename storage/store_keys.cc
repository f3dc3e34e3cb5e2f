#include "storage/store_keys.h"

#include <algorithm>
#include <concepts>
#include <cstring>

#include "core/check.h"

namespace musubi::storage {

namespace {

constexpr std::uint8_t kSummaryEvent = 0;
constexpr std::uint8_t kProposalEvent = 1;
constexpr std::uint8_t kReportEvent = 2;
constexpr std::size_t kProjectKeyBytes = 32;

// Appends `number`, its highest byte first.
template <std::unsigned_integral T>
void AppendKeyNumber(T number, std::string* out) {
  for (std::size_t shift = sizeof(T) * 8; shift != 0;) {
    shift -= 8;
    out->push_back(static_cast<char>(static_cast<std::uint8_t>(number >> shift)));
  }
}

// Builds a value: the version byte, then whole numbers with their lowest byte first.
class ValueWriter {
 public:
  ValueWriter() {
    out_.reserve(32);  // a member's value, of which there may be millions
    Number(kValueVersion);
  }

  template <std::unsigned_integral T>
  ValueWriter& Number(T number) {
    std::array<char, sizeof(T)> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<char>(static_cast<std::uint8_t>(number >> (8 * i)));
    }
    out_.append(bytes.data(), bytes.size());
    return *this;
  }
  template <std::size_t N>
  ValueWriter& Bytes(const std::array<std::uint8_t, N>& bytes) {
    out_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return *this;
  }
  // A short text behind a byte that tells its length.
  ValueWriter& Text(std::string_view text) {
    MUSUBI_CHECK(text.size() <= 255);
    Number(static_cast<std::uint8_t>(text.size()));
    out_.append(text);
    return *this;
  }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

// Takes a key or a value apart. After the first thing that is not there, everything reads as zero
// and ok() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  static Reader OfValue(std::string_view value) {
    Reader reader(value);
    if (reader.Number<std::uint8_t>() != kValueVersion) reader.ok_ = false;
    return reader;
  }

  // A number of a value: its lowest byte comes first.
  template <std::unsigned_integral T>
  T Number() {
    std::uint64_t number = 0;
    const std::string_view bytes = Take(sizeof(T));
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) number = Shift(number, *byte);
    return static_cast<T>(number);
  }
  // A number of a key: its highest byte comes first.
  template <std::unsigned_integral T>
  T KeyNumber() {
    std::uint64_t number = 0;
    for (const char byte : Take(sizeof(T))) number = Shift(number, byte);
    return static_cast<T>(number);
  }
  template <std::size_t N>
  void Bytes(std::array<std::uint8_t, N>* out) {
    const std::string_view bytes = Take(N);
    if (bytes.size() == N) std::memcpy(out->data(), bytes.data(), N);
  }
  std::string Text() { return std::string(Take(Number<std::uint8_t>())); }
  std::string Rest() { return std::string(Take(rest_.size())); }

  // True when all was there and nothing is left.
  bool ok() const { return ok_ && rest_.empty(); }

 private:
  static std::uint64_t Shift(std::uint64_t number, char byte) {
    return number << 8 | static_cast<std::uint8_t>(byte);
  }
  std::string_view Take(std::size_t size) {
    if (!ok_ || rest_.size() < size) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

Error NeverWritten(std::string_view what) {
  return {ErrorCode::kInternal, "the store holds a " + std::string(what) +
                                    " row of a format that this program never wrote"};
}

}  // namespace

std::string DatasetKey(std::uint32_t dataset) {
  std::string key;
  AppendKeyNumber(dataset, &key);
  return key;
}

std::string ColumnKey(std::uint32_t dataset, std::uint16_t column) {
  std::string key = DatasetKey(dataset);
  AppendKeyNumber(column, &key);
  return key;
}

std::string ChunkKey(std::uint32_t dataset, std::uint16_t column, std::uint32_t chunk) {
  std::string key = ColumnKey(dataset, column);
  AppendKeyNumber(chunk, &key);
  return key;
}

std::string EpochKey(std::uint64_t epoch) {
  std::string key;
  AppendKeyNumber(epoch, &key);
  AppendKeyNumber(kSummaryEvent, &key);
  return key;
}

std::string ReportKey(std::uint64_t epoch) {
  std::string key;
  AppendKeyNumber(epoch, &key);
  AppendKeyNumber(kReportEvent, &key);
  return key;
}

std::string ProposalKey(std::uint64_t epoch, const MergeProposal& proposal) {
  std::string key;
  AppendKeyNumber(epoch, &key);
  AppendKeyNumber(kProposalEvent, &key);
  key.append(IdBytes(proposal.first)).append(IdBytes(proposal.second));
  return key;
}

std::string EncodeFingerprint(const crypto::Fingerprint& fingerprint) {
  return ValueWriter().Bytes(fingerprint).Take();
}

Result<crypto::Fingerprint> DecodeFingerprint(std::string_view value) {
  Reader in = Reader::OfValue(value);
  crypto::Fingerprint fingerprint{};
  in.Bytes(&fingerprint);
  if (!in.ok()) return NeverWritten("contract");
  return fingerprint;
}

std::string EncodeKeyCheck(const KeyCheck& check) {
  return ValueWriter().Bytes(check.key).Bytes(check.encoder).Take();
}

Result<KeyCheck> DecodeKeyCheck(std::string_view value) {
  Reader in = Reader::OfValue(value);
  KeyCheck check;
  in.Bytes(&check.key);
  in.Bytes(&check.encoder);
  if (!in.ok()) return NeverWritten("key check");
  return check;
}

std::string EncodeHead(const StoreHead& head) {
  return ValueWriter()
      .Number(head.commit)
      .Number(head.epoch)
      .Number(head.members)
      .Number(head.proposals)
      .Number(head.datasets)
      .Number(head.projects)
      .Bytes(head.previous)
      .Bytes(head.digest)
      .Take();
}

Result<StoreHead> DecodeHead(std::string_view value) {
  Reader in = Reader::OfValue(value);
  StoreHead head;
  head.commit = in.Number<std::uint64_t>();
  head.epoch = in.Number<std::uint64_t>();
  head.members = in.Number<std::uint64_t>();
  head.proposals = in.Number<std::uint64_t>();
  head.datasets = in.Number<std::uint32_t>();
  head.projects = in.Number<std::uint32_t>();
  in.Bytes(&head.previous);
  in.Bytes(&head.digest);
  if (!in.ok()) return NeverWritten("head");
  return head;
}

std::string EncodeDataset(const DatasetInfo& info) {
  ValueWriter out;
  out.Text(info.manifest.holder)
      .Number(static_cast<std::uint8_t>(info.manifest.declares_duplicates ? 1 : 0))
      .Number(info.manifest.records)
      .Bytes(info.digest)
      .Number(static_cast<std::uint16_t>(info.present.size()));
  for (const std::uint64_t records : info.present) out.Number(records);
  return out.Take();
}

Result<DatasetInfo> DecodeDataset(std::string_view key, std::string_view value) {
  Reader key_in(key);
  Reader in = Reader::OfValue(value);
  DatasetInfo info;
  info.id = key_in.KeyNumber<std::uint32_t>();
  info.manifest.holder = in.Text();
  const auto duplicates = in.Number<std::uint8_t>();
  info.manifest.declares_duplicates = duplicates == 1;
  info.manifest.records = in.Number<std::uint64_t>();
  in.Bytes(&info.digest);
  info.present.resize(in.Number<std::uint16_t>());
  for (std::uint64_t& records : info.present) records = in.Number<std::uint64_t>();
  if (!key_in.ok() || !in.ok() || duplicates > 1) return NeverWritten("data set");
  return info;
}

std::string EncodeMember(const Member& member) {
  return ValueWriter().Bytes(member.key.bytes).Number(member.dataset).Number(member.epoch).Take();
}

Result<Member> DecodeMember(std::string_view key, std::string_view value) {
  Reader key_in(key);
  Reader in = Reader::OfValue(value);
  Member member;
  key_in.Bytes(&member.ref.bytes);
  in.Bytes(&member.key.bytes);
  member.dataset = in.Number<std::uint32_t>();
  member.epoch = in.Number<std::uint64_t>();
  if (!key_in.ok() || !in.ok()) return NeverWritten("member");
  return member;
}

std::string EncodeEpoch(const EpochSummary& summary) {
  return ValueWriter()
      .Number(summary.records)
      .Number(summary.new_records)
      .Number(summary.candidate_pairs)
      .Number(summary.links)
      .Number(summary.keys_minted)
      .Number(summary.attached)
      .Number(summary.merge_proposals)
      .Text(summary.threshold)
      .Take();
}

std::string EncodeReport(std::string_view report) {
  return static_cast<char>(kValueVersion) + std::string(report);
}

std::string EncodeProposal(const MergeProposal& proposal) {
  return ValueWriter().Number(proposal.score).Take();
}

namespace {

EpochSummary ReadSummary(std::uint64_t epoch, Reader* in) {
  EpochSummary summary;
  summary.epoch = epoch;
  for (std::uint64_t* count :
       {&summary.records, &summary.new_records, &summary.candidate_pairs, &summary.links,
        &summary.keys_minted, &summary.attached, &summary.merge_proposals}) {
    *count = in->Number<std::uint64_t>();
  }
  summary.threshold = in->Text();
  return summary;
}

}  // namespace

Result<Event> DecodeEvent(std::string_view key, std::string_view value) {
  Reader key_in(key);
  Reader in = Reader::OfValue(value);
  Event event;
  const auto epoch = key_in.KeyNumber<std::uint64_t>();
  const auto kind = key_in.KeyNumber<std::uint8_t>();
  if (kind == kSummaryEvent) {
    event.epoch = ReadSummary(epoch, &in);
  } else if (kind == kProposalEvent) {
    MergeProposal& proposal = event.proposal.emplace();
    key_in.Bytes(&proposal.first.bytes);
    key_in.Bytes(&proposal.second.bytes);
    proposal.score = in.Number<std::uint32_t>();
  } else if (kind == kReportEvent) {
    event.report = in.Rest();
  }
  if (!key_in.ok() || !in.ok() || kind > kReportEvent) return NeverWritten("event");
  return event;
}

crypto::SecureBytes EncodeProject(const ProjectInfo& project, const crypto::SecureBytes& key) {
  MUSUBI_CHECK(key.bytes().size() == kProjectKeyBytes);
  const std::string public_part = ValueWriter().Number(project.added_at_epoch).Take();
  crypto::SecureBytes value(public_part.size() + kProjectKeyBytes);
  std::memcpy(value.mutable_bytes().data(), public_part.data(), public_part.size());
  std::ranges::copy(
      key.bytes(), value.mutable_bytes().begin() + static_cast<std::ptrdiff_t>(public_part.size()));
  return value;
}

namespace {

// The bytes of a project's value before its key, or nothing where it has another length.
std::optional<std::string_view> PublicPart(std::string_view value) {
  constexpr std::size_t kPublicBytes = 1 + sizeof(std::uint64_t);
  if (value.size() != kPublicBytes + kProjectKeyBytes) return std::nullopt;
  return value.substr(0, kPublicBytes);
}

}  // namespace

Result<ProjectInfo> DecodeProject(std::string_view key, std::string_view value) {
  const auto public_part = PublicPart(value);
  if (!public_part || !IsHolderName(key)) return NeverWritten("project");
  Reader in = Reader::OfValue(*public_part);
  ProjectInfo project;
  project.name = std::string(key);
  project.added_at_epoch = in.Number<std::uint64_t>();
  if (!in.ok()) return NeverWritten("project");
  return project;
}

Result<crypto::SecureBytes> DecodeProjectKey(std::string_view value) {
  const auto public_part = PublicPart(value);
  if (!public_part || static_cast<std::uint8_t>(value[0]) != kValueVersion) {
    return NeverWritten("project");
  }
  crypto::SecureBytes key(kProjectKeyBytes);
  std::memcpy(key.mutable_bytes().data(), value.data() + public_part->size(), kProjectKeyBytes);
  return key;
}

}  // namespace musubi::storage
