// Row keys and values of the link store: docs/formats/store.md, byte for byte.
// Private to storage/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/ids.h"
#include "core/result.h"
#include "crypto/secure_bytes.h"
#include "crypto/sha256.h"
#include "storage/encoding_file.h"
#include "storage/link_store.h"
#include "storage/log_chain.h"

namespace musubi::storage {

// Where the store stands: one row, written by every change, so that a change and the numbers by
// which its loss would be noticed are never apart.
struct StoreHead {
  std::uint64_t commit = 0;      // changes since Create
  std::uint64_t epoch = 0;       // link runs
  std::uint64_t members = 0;     // rows
  std::uint64_t proposals = 0;   // rows; also the last id
  std::uint64_t decisions = 0;   // rows
  std::uint64_t moves = 0;       // rows
  std::uint32_t datasets = 0;    // rows; also the last id
  std::uint32_t projects = 0;    // rows
  std::uint32_t releases = 0;    // rows; also the last number
  crypto::Digest256 previous{};  // `digest` before the last change
  crypto::Digest256 digest{};    // over every row of every change so far, in order
  crypto::Digest256 state{};     // the same without the log's: what refusals do not change

  bool operator==(const StoreHead&) const = default;
};

// Rows of Family::kMeta.
inline constexpr std::string_view kContractKey = "\x01";
inline constexpr std::string_view kHeadKey = "\x02";
inline constexpr std::string_view kKeyCheckKey = "\x03";
inline constexpr std::string_view kPolicyKey = "\x04";
inline constexpr std::string_view kPackagePrefix = "\x05";  // then a package's id
inline constexpr std::string_view kLogKey = "\x06";

// Bytes of a whole number, the highest first, so that keys sort as the numbers do.
std::string DatasetKey(std::uint32_t dataset);
std::string ColumnKey(std::uint32_t dataset, std::uint16_t column);
std::string ChunkKey(std::uint32_t dataset, std::uint16_t column, std::uint32_t chunk);
std::string PackageKey(const PackageId& package);
std::string LogKey(std::uint64_t entry);
// Of the decision, from 1, on a project: behind the project's own row.
std::string ProjectDecisionKey(std::string_view project, std::uint32_t number);

// The bytes of an id, borrowed.
template <typename Tag>
std::string_view IdBytes(const Id128<Tag>& id) {
  return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

std::string EncodeFingerprint(const crypto::Fingerprint& fingerprint);
std::string EncodeKeyCheck(const KeyCheck& check);
std::string EncodePolicy(const StorePolicy& policy);
std::string EncodePackage(std::uint32_t dataset);  // that it was imported as
std::string EncodeHead(const StoreHead& head);
std::string EncodeLog(const LogChain& log);
std::string EncodeLogLine(std::string_view line);
std::string EncodeDataset(const DatasetInfo& info);
std::string EncodeMember(const Member& member);
// Its decisions have rows of their own. A project that has ended has a key of zeros.
crypto::SecureBytes EncodeProject(const ProjectInfo& project, const crypto::SecureBytes& key);
std::string EncodeProjectDecision(std::string_view signed_text);

// What a key or a value says. Nothing of it comes from outside: its bytes are under RocksDB's
// checksums, so wrong ones were written by another program than this.
//
// Errors: kInternal  it has a format that this program never wrote
Result<crypto::Fingerprint> DecodeFingerprint(std::string_view value);
Result<KeyCheck> DecodeKeyCheck(std::string_view value);
Result<StorePolicy> DecodePolicy(std::string_view value);
Result<std::uint32_t> DecodePackage(std::string_view value);
Result<StoreHead> DecodeHead(std::string_view value);
Result<LogChain> DecodeLog(std::string_view value);
Result<std::string> DecodeLogLine(std::string_view value);
// Leaves out what the store holds once for all its data sets: the contract and the key check.
Result<DatasetInfo> DecodeDataset(std::string_view key, std::string_view value);
Result<Member> DecodeMember(std::string_view key, std::string_view value);
// With as many empty decisions as it has, and without its application.
Result<ProjectInfo> DecodeProject(std::string_view key, std::string_view value);
Result<std::string> DecodeProjectDecision(std::string_view value);
Result<crypto::SecureBytes> DecodeProjectKey(std::string_view value);

}  // namespace musubi::storage
