// An exported log, changed in every way that somebody might try: all are found, given the unit's
// certificate and a head that was kept. MUSUBI_MUTATIONS says how many are tried (docs/testing.md),
// MUSUBI_SEED which.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "engine/log/log_verifier.h"
#include "tests/crypto/identities.h"

namespace musubi::engine {
namespace {

using storage::LogChain;
using storage::LogEvent;
using storage::LogHead;
using storage::LogKind;

constexpr std::size_t kEntries = 40;
constexpr std::size_t kKept = 25;  // entries that the kept head is of

class NoonClock : public Clock {
 public:
  std::int64_t UnixSeconds() override { return crypto::kNoon; }
};

std::uint64_t NumberFrom(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A log as it is exported: lines, the signed head, and what the verifier of old heads kept.
struct Exported {
  std::vector<std::string> lines;
  std::string head;
};

LogEvent EventAt(std::uint64_t number, std::uint64_t salt) {
  static constexpr std::array kKinds = {LogKind::kImport,  LogKind::kLink,    LogKind::kReview,
                                        LogKind::kProject, LogKind::kRelease, LogKind::kWithdraw};
  LogEvent event{number == 1 ? LogKind::kCreate : kKinds[(number + salt) % kKinds.size()]};
  if (number == 1) event.digests["contract"] = {};
  if (number % 7 == 0) event.error = "refused";
  if (event.kind == LogKind::kProject) event.project = "study-" + std::to_string(number);
  event.counts["records"] = 100 * number + salt;
  event.holders["clinic"] = number;
  return event;
}

// A log whose entries from `fork` on are others than those of salt 0.
Exported MakeLog(std::size_t entries, std::size_t fork, std::uint64_t salt) {
  NoonClock clock;
  ExecContext context;
  context.clock = &clock;
  Exported exported;
  LogChain chain;
  crypto::Digest256 state{};
  for (std::uint64_t number = 1; number <= entries; ++number) {
    const LogEvent event = EventAt(number, number >= fork ? salt : 0);
    if (event.error.empty()) state[number % state.size()] ^= 0x5a;
    exported.lines.push_back(chain.Append(event, state, context));
  }
  LogHead head;
  head.entries = chain.size();
  head.root = chain.tree.Root();
  head.last = chain.last;
  head.state = state;
  head.unit = crypto::Unit().certificate().fingerprint();
  head.time = crypto::kNoon;
  exported.head = storage::SignedHead(head, crypto::Unit()).value();
  return exported;
}

Status Verify(const Exported& exported, const LogHead& kept) {
  const std::array units = {crypto::Unit().certificate()};
  MUSUBI_ASSIGN_OR_RETURN(const LogHead head, storage::ReadHead(exported.head, "head.json", units));
  LogVerifier verifier(head, kept);
  for (const std::string& line : exported.lines) MUSUBI_RETURN_IF_ERROR(verifier.Take(line));
  return verifier.Finish();
}

enum Mutation { kEdit, kRecount, kDrop, kReorder, kRepeat, kCut, kHead, kFork, kRollBack, kOther };
constexpr std::array<const char*, 10> kNames = {"bytes edited",
                                                "entries rewritten",
                                                "entries dropped",
                                                "entries reordered",
                                                "entries repeated",
                                                "ends cut off",
                                                "heads edited",
                                                "forks, signed by the unit",
                                                "logs rolled back and signed",
                                                "stretches rewritten up to the end"};

void FlipBits(std::string* text, std::mt19937_64* random) {
  char& byte = (*text)[(*random)() % text->size()];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1 + (*random)() % 255));
}

// The part of the unit's own operator, who has the key: a log of another past, or of less of it.
Exported Resigned(Mutation mutation, std::mt19937_64* random) {
  const std::uint64_t salt = 1 + (*random)() % 1000;
  if (mutation == kRollBack) return MakeLog(1 + (*random)() % (kKept - 1), kEntries + 1, 0);
  return MakeLog(kKept + (*random)() % 30, 2 + (*random)() % (kKept - 1), salt);
}

Exported Mutated(const Exported& good, Mutation mutation, std::mt19937_64* random) {
  if (mutation == kFork || mutation == kRollBack) return Resigned(mutation, random);
  Exported bad = good;
  const std::size_t at = (*random)() % bad.lines.size();
  const std::size_t other = (at + 1 + (*random)() % (bad.lines.size() - 1)) % bad.lines.size();
  const auto place = bad.lines.begin() + static_cast<std::ptrdiff_t>(at);
  switch (mutation) {
    case kEdit:
      FlipBits(&*place, random);
      break;
    case kRecount: {
      storage::LogEntry entry = storage::ParseLogLine(*place).value();
      entry.event.counts["records"] += 1 + (*random)() % 9;
      *place = storage::LogLine(entry);
      break;
    }
    case kDrop:
      bad.lines.erase(place);
      break;
    case kReorder:
      std::swap(bad.lines[at], bad.lines[other]);
      break;
    case kRepeat:
      bad.lines.insert(place, bad.lines[other]);
      break;
    case kCut:
      bad.lines.resize(at);
      break;
    case kHead:
      FlipBits(&bad.head, random);
      break;
    default:  // a chain that holds by itself, without the key
      bad.lines = MakeLog(kEntries, at + 1, 1 + (*random)() % 1000).lines;
      break;
  }
  return bad;
}

TEST(LogMutationsTest, EveryOneIsFound) {
  const std::uint64_t count = NumberFrom("MUSUBI_MUTATIONS", 600);
  const std::uint64_t seed = NumberFrom("MUSUBI_SEED", 20261130);
  std::mt19937_64 random(seed);
  const Exported good = MakeLog(kEntries, kEntries + 1, 0);
  const std::array units = {crypto::Unit().certificate()};
  const LogHead kept =
      storage::ReadHead(MakeLog(kKept, kKept + 1, 0).head, "kept.json", units).value();
  const Status untouched = Verify(good, kept);
  ASSERT_TRUE(untouched.ok()) << untouched.error().message;
  std::array<std::uint64_t, kNames.size()> found{};
  for (std::uint64_t tried = 0; tried < count; ++tried) {
    const auto mutation = static_cast<Mutation>(tried % kNames.size());
    const Status verified = Verify(Mutated(good, mutation, &random), kept);
    ASSERT_FALSE(verified.ok()) << kNames[mutation] << ", number " << tried << ", seed " << seed;
    if (mutation == kFork || mutation == kRollBack) {
      ASSERT_EQ(verified.error().code, ErrorCode::kRefused) << verified.error().message;
    }
    ++found[mutation];
  }
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    std::cout << found[i] << " found: " << kNames[i] << "\n";
  }
  std::cout << count << " mutations, all found, seed " << seed << "\n";
}

// Without a kept head nobody can tell: the unit's own signature is all that speaks for its log.
TEST(LogMutationsTest, AForkIsFoundByTheKeptHeadAlone) {
  const Exported fork = MakeLog(kEntries, 10, 3);
  const std::array units = {crypto::Unit().certificate()};
  const LogHead head = storage::ReadHead(fork.head, "head.json", units).value();
  LogVerifier verifier(head, std::nullopt);
  for (const std::string& line : fork.lines) ASSERT_TRUE(verifier.Take(line).ok());
  EXPECT_TRUE(verifier.Finish().ok());
}

TEST(LogMutationsTest, OnlyTheUnitsOwnValidSignatureCounts) {
  const Exported good = MakeLog(kEntries, kEntries + 1, 0);
  const std::array others = {crypto::Alpha().certificate(), crypto::Beta().certificate()};
  const auto refused = storage::ReadHead(good.head, "head.json", others);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  const std::array units = {crypto::Unit().certificate()};
  LogHead head = storage::ReadHead(good.head, "head.json", units).value();
  head.time += 366 * crypto::kDaySeconds;
  const auto late = storage::SignedHead(head, crypto::Unit());
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kRefused);
}

}  // namespace
}  // namespace musubi::engine
