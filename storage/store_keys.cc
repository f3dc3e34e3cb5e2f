#include "storage/store_keys.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/check.h"
#include "storage/row_bytes.h"

namespace musubi::storage {

namespace {

constexpr std::size_t kProjectKeyBytes = 32;

// Flags of a data set's value.
constexpr std::uint8_t kDeclares = 1;
constexpr std::uint8_t kHasPlanted = 2;
constexpr std::uint8_t kWasCleared = 4;

// The end of a data set's value.
Result<Cleared> DecodeCleared(Reader* in) {
  Cleared cleared;
  cleared.signers.resize(in->Number<std::uint8_t>());
  for (std::string& signer : cleared.signers) signer = in->Text();
  auto clearance = ParseClearance(in->Rest());
  if (!clearance.ok()) return NeverWritten("data set");
  cleared.clearance = std::move(clearance).value();
  return cleared;
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

std::string EncodePolicy(const StorePolicy& policy) {
  ValueWriter out;
  out.Number(policy.decisions).Number(policy.approvals);
  if (policy.trusted.empty()) return out.Take();
  out.Number(static_cast<std::uint16_t>(policy.trusted.size()));
  for (const crypto::Certificate& certificate : policy.trusted) out.LongText(certificate.Pem());
  return out.Take();
}

Result<StorePolicy> DecodePolicy(std::string_view value) {
  Reader in = Reader::OfValue(value);
  StorePolicy policy;
  policy.decisions = in.Number<std::uint8_t>();
  policy.approvals = in.Number<std::uint8_t>();
  if (in.more()) {
    const auto count = in.Number<std::uint16_t>();
    if (count == 0) return NeverWritten("policy");
    for (unsigned i = 0; i < count; ++i) {
      const auto certificate = crypto::Certificate::Parse(in.LongText(), "the store");
      if (!certificate.ok()) return NeverWritten("policy");
      policy.trusted.push_back(certificate.value());
    }
  }
  if (!in.ok() || policy.decisions < 1 || policy.decisions > 2 || policy.approvals > 2) {
    return NeverWritten("policy");
  }
  return policy;
}

std::string PackageKey(const PackageId& package) {
  return std::string(kPackagePrefix) + std::string(IdBytes(package));
}

std::string EncodePackage(std::uint32_t dataset) { return ValueWriter().Number(dataset).Take(); }

Result<std::uint32_t> DecodePackage(std::string_view value) {
  Reader in = Reader::OfValue(value);
  const auto dataset = in.Number<std::uint32_t>();
  if (!in.ok() || dataset == 0) return NeverWritten("package");
  return dataset;
}

std::string EncodeHead(const StoreHead& head) {
  return ValueWriter()
      .Number(head.commit)
      .Number(head.epoch)
      .Number(head.members)
      .Number(head.proposals)
      .Number(head.decisions)
      .Number(head.moves)
      .Number(head.datasets)
      .Number(head.projects)
      .Number(head.releases)
      .Bytes(head.previous)
      .Bytes(head.digest)
      .Bytes(head.state)
      .Take();
}

Result<StoreHead> DecodeHead(std::string_view value) {
  Reader in = Reader::OfValue(value);
  StoreHead head;
  head.commit = in.Number<std::uint64_t>();
  head.epoch = in.Number<std::uint64_t>();
  head.members = in.Number<std::uint64_t>();
  head.proposals = in.Number<std::uint64_t>();
  head.decisions = in.Number<std::uint64_t>();
  head.moves = in.Number<std::uint64_t>();
  head.datasets = in.Number<std::uint32_t>();
  head.projects = in.Number<std::uint32_t>();
  head.releases = in.Number<std::uint32_t>();
  in.Bytes(&head.previous);
  in.Bytes(&head.digest);
  in.Bytes(&head.state);
  if (!in.ok()) return NeverWritten("head");
  return head;
}

std::string LogKey(std::uint64_t entry) {
  std::string key;
  AppendKeyNumber(entry, &key);
  return key;
}

std::string EncodeLog(const LogChain& log) {
  ValueWriter out;
  out.Number(log.size()).Bytes(log.last);
  for (const crypto::Digest256& peak : log.tree.peaks()) out.Bytes(peak);
  return out.Take();
}

Result<LogChain> DecodeLog(std::string_view value) {
  Reader in = Reader::OfValue(value);
  LogChain log;
  const auto size = in.Number<std::uint64_t>();
  in.Bytes(&log.last);
  std::vector<crypto::Digest256> peaks(static_cast<std::size_t>(std::popcount(size)));
  for (crypto::Digest256& peak : peaks) in.Bytes(&peak);
  if (!in.ok() || size == 0) return NeverWritten("log");
  log.tree = crypto::MerkleFrontier::Of(size, std::move(peaks)).value();
  return log;
}

std::string EncodeLogLine(std::string_view line) {
  return static_cast<char>(kValueVersion) + std::string(line);
}

Result<std::string> DecodeLogLine(std::string_view value) {
  Reader in = Reader::OfValue(value);
  std::string line = in.Rest();
  if (!in.ok() || line.empty()) return NeverWritten("log");
  return line;
}

std::string EncodeDataset(const DatasetInfo& info) {
  ValueWriter out;
  out.Text(info.manifest.holder)
      .Number(static_cast<std::uint8_t>((info.manifest.declares_duplicates ? kDeclares : 0) |
                                        (info.manifest.planted > 0 ? kHasPlanted : 0) |
                                        (info.cleared ? kWasCleared : 0)))
      .Number(info.manifest.records)
      .Bytes(info.digest)
      .Number(static_cast<std::uint16_t>(info.present.size()));
  for (const std::uint64_t records : info.present) out.Number(records);
  if (info.manifest.planted > 0) out.Number(info.manifest.planted);
  if (!info.cleared) return out.Take();
  out.Number(static_cast<std::uint8_t>(info.cleared->signers.size()));
  for (const std::string& signer : info.cleared->signers) out.Text(signer);
  return out.Take() + ClearanceText(info.cleared->clearance);
}

Result<DatasetInfo> DecodeDataset(std::string_view key, std::string_view value) {
  Reader key_in(key);
  Reader in = Reader::OfValue(value);
  DatasetInfo info;
  info.id = key_in.KeyNumber<std::uint32_t>();
  info.manifest.holder = in.Text();
  const auto flags = in.Number<std::uint8_t>();
  info.manifest.declares_duplicates = (flags & kDeclares) != 0;
  info.manifest.records = in.Number<std::uint64_t>();
  in.Bytes(&info.digest);
  info.present.resize(in.Number<std::uint16_t>());
  for (std::uint64_t& records : info.present) records = in.Number<std::uint64_t>();
  const bool has_planted = (flags & kHasPlanted) != 0;
  if (has_planted) info.manifest.planted = in.Number<std::uint64_t>();
  const bool counts_agree = has_planted == (info.manifest.planted > 0);
  if ((flags & kWasCleared) != 0) {
    MUSUBI_ASSIGN_OR_RETURN(info.cleared, DecodeCleared(&in));
  }
  if (!key_in.ok() || !in.ok() || flags > (kDeclares | kHasPlanted | kWasCleared) ||
      !counts_agree) {
    return NeverWritten("data set");
  }
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

std::string ProjectDecisionKey(std::string_view project, std::uint32_t number) {
  std::string key(project);
  key.push_back('\0');  // no name has one
  AppendKeyNumber(number, &key);
  return key;
}

std::string EncodeProjectDecision(std::string_view signed_text) {
  return static_cast<char>(kValueVersion) + std::string(signed_text);
}

crypto::SecureBytes EncodeProject(const ProjectInfo& project, const crypto::SecureBytes& key) {
  MUSUBI_CHECK(key.bytes().size() == kProjectKeyBytes);
  const std::string public_part = ValueWriter()
                                      .Number(project.added_at_epoch)
                                      .Number(static_cast<std::uint8_t>(project.state))
                                      .Number(static_cast<std::uint32_t>(project.decisions.size()))
                                      .Take();
  crypto::SecureBytes value(public_part.size() + kProjectKeyBytes);
  std::memcpy(value.mutable_bytes().data(), public_part.data(), public_part.size());
  std::ranges::copy(
      key.bytes(), value.mutable_bytes().begin() + static_cast<std::ptrdiff_t>(public_part.size()));
  return value;
}

namespace {

// The bytes of a project's value before its key, or nothing where it has another length.
std::optional<std::string_view> PublicPart(std::string_view value) {
  constexpr std::size_t kPublicBytes = 1 + sizeof(std::uint64_t) + 1 + sizeof(std::uint32_t);
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
  const auto state = in.Number<std::uint8_t>();
  const auto decisions = in.Number<std::uint32_t>();
  constexpr auto kLastState = static_cast<std::uint8_t>(ProjectState::kClosed);
  if (!in.ok() || state > kLastState) return NeverWritten("project");
  project.state = static_cast<ProjectState>(state);
  project.decisions.resize(decisions);
  return project;
}

Result<std::string> DecodeProjectDecision(std::string_view value) {
  Reader in = Reader::OfValue(value);
  std::string text = in.Rest();
  if (!in.ok() || text.empty()) return NeverWritten("project");
  return text;
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
