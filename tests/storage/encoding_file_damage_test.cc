// What an encoding file that was cut, damaged or forged gives: an error, or the original records.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>

#include "encoding_samples.h"
#include "file_samples.h"
#include "storage/encoding_file.h"

namespace musubi::storage {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr std::size_t kBlock = 512;
constexpr std::size_t kSizeField = 124;
constexpr std::size_t kChecksumField = 148;
constexpr std::size_t kChecksumBytes = 8;

std::string Sha256Hex(const std::string& text) {
  return crypto::ToHex(
      crypto::Sha256(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())));
}

std::size_t RoundUp(std::size_t bytes) { return (bytes + kBlock - 1) / kBlock * kBlock; }

std::string Octal(std::size_t value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*zo", digits, value);
  return text;
}

struct Member {
  std::string header;  // one block
  std::string data;
};

// Makes the header's checksum right again (POSIX.1-2017, pax: the sum of its bytes, its own eight
// counted as blanks).
void FixChecksum(std::string* header) {
  header->replace(kChecksumField, kChecksumBytes, std::string(kChecksumBytes, ' '));
  std::size_t sum = 0;
  for (const char c : *header) sum += static_cast<std::uint8_t>(c);
  header->replace(kChecksumField, 7, Octal(sum, 6) + '\0');
}

void Resize(Member* member) {
  member->header.replace(kSizeField, 11, Octal(member->data.size(), 11));
  FixChecksum(&member->header);
}

std::vector<Member> Split(const std::string& tar) {
  std::vector<Member> members;
  for (std::size_t at = 0; tar[at] != '\0';) {
    const std::size_t size = std::stoul(tar.substr(at + kSizeField, 11), nullptr, 8);
    members.push_back({tar.substr(at, kBlock), tar.substr(at + kBlock, size)});
    at += kBlock + RoundUp(size);
  }
  return members;
}

std::string Join(const std::vector<Member>& members) {
  std::string tar;
  for (const Member& member : members) {
    tar += member.header + member.data;
    tar.resize(RoundUp(tar.size()), '\0');
  }
  return tar + std::string(2 * kBlock, '\0');
}

// Gives the manifest right digests again after `change`, as a forger would.
void Forge(std::vector<Member>* members, const std::function<void(json*)>& change) {
  json root = json::parse((*members)[0].data);
  for (std::size_t i = 1; i < members->size() && i <= root["parts"].size(); ++i) {
    root["parts"][i - 1]["sha256"] = Sha256Hex((*members)[i].data);
    root["parts"][i - 1]["bytes"] = (*members)[i].data.size();
  }
  change(&root);
  root.erase("manifest_sha256");
  root["manifest_sha256"] = Sha256Hex(root.dump());
  (*members)[0].data = root.dump() + "\n";
  Resize(&(*members)[0]);
}

void NoChange(json* /*root*/) {}

class EncodingFileDamageTest : public ::testing::Test {
 protected:
  EncodingFileDamageTest() {
    auto out = AtomicFile::Create(file_, Overwrite::kReplace, 0644);
    const EncodingSet set = SampleSet(contract_, kRows);
    const EncodingSet copies = SampleCopies(contract_, set, kCopies);
    EXPECT_TRUE(WriteEncodingFile(SampleManifest(contract_, kRows, kCopies), contract_, RowsOf(set),
                                  RowsOf(copies), &out.value())
                    .ok());
    EXPECT_TRUE(out.value().Commit().ok());
    bytes_ = ReadWhole(file_);
    members_ = Split(bytes_);
    EXPECT_EQ(Join(members_), bytes_);
  }

  Result<EncodingFile> Read(const std::string& bytes) {
    WriteWhole(file_, bytes);
    return ReadEncodingFile(file_, contract_);
  }

  // The message of the kBadData error that `bytes` must give.
  std::string Refusal(const std::string& bytes) {
    const auto read = Read(bytes);
    if (read.ok()) return "accepted";
    EXPECT_EQ(read.error().code, ErrorCode::kBadData) << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr(file_.string()));
    return read.error().message;
  }
  std::string Refusal() { return Refusal(Join(members_)); }

  static constexpr std::size_t kRows = 3;
  static constexpr std::size_t kCopies = 2;         // planted
  static constexpr std::size_t kHeaderBytes = 128;  // of a .npy
  enum { kManifest, kRefs, kNames, kBirth, kPresence, kTokens, kPlanted };
  // The member of planted copies that is to them what `member` is to the records.
  static constexpr std::size_t PlantedOf(std::size_t member) { return member + kPlanted - kRefs; }

  const ScratchFolder folder_;
  const std::filesystem::path file_ = folder_ / "a.enc";
  const Contract contract_ = SampleContract(1);
  std::string bytes_;
  std::vector<Member> members_;
};

TEST_F(EncodingFileDamageTest, RefusesEveryShorterFile) {
  for (std::size_t size = bytes_.size(); size-- > 0;) {
    std::filesystem::resize_file(file_, size);
    const auto read = ReadEncodingFile(file_, contract_);
    ASSERT_FALSE(read.ok()) << size;
    ASSERT_EQ(read.error().code, ErrorCode::kBadData) << size << ": " << read.error().message;
  }
}

TEST_F(EncodingFileDamageTest, RefusesALongerFile) {
  for (const std::size_t more : {1U, 511U, 512U, 1024U, 100'000U}) {
    EXPECT_THAT(Refusal(bytes_ + std::string(more, '\0')), HasSubstr("after its end"));
    EXPECT_THAT(Refusal(bytes_ + std::string(more, 'x')), HasSubstr("after its end"));
  }
}

// Not even in the check sums of the archive's headers, where the same number could be written in
// several ways.
TEST_F(EncodingFileDamageTest, NoChangedBitIsAccepted) {
  ASSERT_TRUE(Read(bytes_).ok());
  std::FILE* file = std::fopen(file_.c_str(), "r+b");
  ASSERT_NE(file, nullptr);
  const auto put = [&](std::size_t at, int byte) {
    std::fseek(file, static_cast<long>(at), SEEK_SET);
    std::fputc(byte, file);
    std::fflush(file);
  };
  for (std::size_t at = 0; at < bytes_.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      put(at, static_cast<std::uint8_t>(bytes_[at]) ^ (1 << bit));
      ASSERT_FALSE(ReadEncodingFile(file_, contract_).ok()) << "byte " << at << ", bit " << bit;
    }
    put(at, static_cast<std::uint8_t>(bytes_[at]));
  }
  std::fclose(file);
}

// A tiny file must not make the reader believe in gigabytes.
TEST_F(EncodingFileDamageTest, AllocatesNothingForRecordsThatAreNotThere) {
  for (const std::uint64_t records : {std::uint64_t{1} << 31, (std::uint64_t{1} << 31) + 1,
                                      std::uint64_t{1} << 60, ~std::uint64_t{0}}) {
    std::vector<Member> members = members_;
    Forge(&members, [&](json* root) {
      (*root)["records"] = records;
      (*root)["planted"] = records;
      for (json& part : (*root)["parts"]) {
        const bool planted = part["name"].get<std::string>().starts_with("planted/");
        const std::uint64_t row_bytes =
            (part["bytes"].get<std::uint64_t>() - kHeaderBytes) / (planted ? kCopies : kRows);
        part["bytes"] = kHeaderBytes + records * row_bytes;
      }
    });
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    EXPECT_NE(Refusal(Join(members)), "accepted");
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 8 * 1024) << "KiB";
  }
}

TEST_F(EncodingFileDamageTest, RefusesAForgedManifest) {
  const std::vector<std::function<void(json*)>> changes = {
      [](json* root) { (*root)["holder"] = "../evil"; },
      [](json* root) { (*root)["holder"] = 7; },
      [](json* root) { (*root)["contract_name"] = "other"; },
      [](json* root) { (*root)["contract_name"] = "\x1B[2J"; },
      [](json* root) { (*root)["records"] = 0; },
      [](json* root) { (*root)["records"] = 2; },
      [](json* root) { (*root)["records"] = 4; },
      [](json* root) { (*root)["records"] = -1; },
      [](json* root) { (*root)["records"] = 3.0; },
      [](json* root) { (*root)["version"] = 2; },
      [](json* root) { (*root)["version"] = "1"; },
      [](json* root) { (*root)["format"] = "other"; },
      [](json* root) { (*root)["extra"] = 1; },
      [](json* root) { (*root)["planted"] = 0; },
      [](json* root) { (*root)["planted"] = 1; },
      [](json* root) { (*root)["planted"] = 4; },
      [](json* root) { (*root)["planted"] = -1; },
      [](json* root) { (*root)["planted"] = "2"; },
      [](json* root) { root->erase("planted"); },
      [](json* root) { (*root)["parts"][5]["name"] = "refs.npy"; },
      [](json* root) { root->erase("present"); },
      [](json* root) { (*root)["present"]["names"] = 99; },
      [](json* root) { (*root)["present"]["more"] = 0; },
      [](json* root) { (*root)["parts"].erase(0); },
      [](json* root) { (*root)["parts"].push_back((*root)["parts"][0]); },
      [](json* root) { (*root)["parts"][1]["name"] = "filters/other.npy"; },
      [](json* root) { (*root)["parts"][1]["bytes"] = 1; },
      [](json* root) { (*root)["key_check"]["key"] = "5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A5A"; },
      [](json* root) { (*root)["key_check"]["key"] = "short"; },
      [](json* root) { (*root)["declares_duplicates"] = 1; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    std::vector<Member> members = members_;
    Forge(&members, changes[i]);
    EXPECT_NE(Refusal(Join(members)), "accepted") << "change " << i;
  }
  std::vector<Member> members = members_;
  Forge(&members, NoChange);
  EXPECT_TRUE(Read(Join(members)).ok()) << "the forger must be able to forge";
}

TEST_F(EncodingFileDamageTest, RefusesAManifestOfDeepNesting) {
  for (const std::string& text : {std::string(60'000, '['), std::string(70'000, ' '),
                                  "{\"format\":\"musubi-encoding\",\"version\":" +
                                      std::string(30'000, '[') + std::string(30'000, ']') + "}"}) {
    members_[kManifest].data = text;
    Resize(&members_[kManifest]);
    EXPECT_THAT(Refusal(), HasSubstr("manifest.json"));
    EXPECT_FALSE(ReadEncodingManifest(file_).ok());
  }
}

TEST_F(EncodingFileDamageTest, SaysWhichVersionAFileHas) {
  Forge(&members_, [](json* root) { (*root)["version"] = 2; });
  EXPECT_THAT(Refusal(), HasSubstr("of version 2; this program reads version 1"));
}

TEST_F(EncodingFileDamageTest, RefusesReferencesThatAreNotUniqueAndSorted) {
  std::string& refs = members_[kRefs].data;
  const std::string good = refs;
  refs.replace(kHeaderBytes, 16, good, kHeaderBytes + 16, 16);  // row 0 equals row 1
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("refs.npy: row 1"));
  refs = good;
  refs.replace(kHeaderBytes + 32, 16, good, kHeaderBytes, 16);  // row 2 equals row 0
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("refs.npy: row 2"));
  refs = good;
  refs.replace(kHeaderBytes, 16, std::string(16, '\0'));
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("refs.npy: row 0"));
}

TEST_F(EncodingFileDamageTest, RefusesCopiesThatAreOfNoRecordOrNotSorted) {
  std::string& refs = members_[PlantedOf(kRefs)].data;
  const std::string good = refs;
  refs[kHeaderBytes + 31] = static_cast<char>(refs[kHeaderBytes + 31] ^ 1);
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("planted/refs.npy: row 1 is no record of the file"));
  refs = good;
  refs.replace(kHeaderBytes + 16, 16, good, kHeaderBytes, 16);
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("planted/refs.npy: row 1 is not above"));
  refs = good;
  refs.replace(kHeaderBytes, 16, std::string(16, '\0'));
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("planted/refs.npy: row 0 is all zero"));
}

TEST_F(EncodingFileDamageTest, RefusesBitsBeyondAFilter) {
  for (const std::size_t member : {std::size_t{kNames}, PlantedOf(kNames)}) {
    std::vector<Member> members = members_;
    members[member].data[kHeaderBytes + 64 + 16] = 1;  // bit 128 of row 1, of 128 bits
    Forge(&members, NoChange);
    EXPECT_THAT(Refusal(Join(members)), HasSubstr("filters/names.npy has bits set beyond"));
  }
}

TEST_F(EncodingFileDamageTest, RefusesBitsInAnAbsentFilter) {
  std::string& presence = members_[kPresence].data;
  presence.replace(kHeaderBytes, kRows * 2, std::string(kRows * 2, '\0'));
  Forge(&members_, [](json* root) { (*root)["present"] = {{"names", 0}, {"birth", 0}}; });
  EXPECT_THAT(Refusal(), HasSubstr("says that it is absent"));
}

TEST_F(EncodingFileDamageTest, RefusesBitsInAnAbsentFilterOfACopy) {
  std::string& presence = members_[PlantedOf(kPresence)].data;
  const std::string good = presence;
  presence.replace(kHeaderBytes, kCopies * 2, std::string(kCopies * 2, '\0'));
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("but planted/presence.npy says that it is absent"));
  presence = good;
  presence.replace(kHeaderBytes, kCopies * 2, std::string(kCopies * 2, '\1'));
  for (const std::size_t filter : {kNames, kBirth}) {
    std::string& bits = members_[PlantedOf(filter)].data;
    bits.replace(kHeaderBytes, std::string::npos, bits.size() - kHeaderBytes, '\0');
  }
  Forge(&members_, NoChange);
  EXPECT_THAT(Refusal(), HasSubstr("planted/filters/names.npy: row 0 has no bit set"));
}

TEST_F(EncodingFileDamageTest, RefusesAPresenceThatIsNeitherZeroNorOne) {
  for (const std::size_t member : {std::size_t{kPresence}, PlantedOf(kPresence)}) {
    std::vector<Member> members = members_;
    members[member].data[kHeaderBytes + 3] = 2;
    Forge(&members, NoChange);
    EXPECT_THAT(Refusal(Join(members)), HasSubstr("presence.npy: row 1, filter birth"));
  }
}

TEST_F(EncodingFileDamageTest, RefusesAnotherFormOfNpyHeader) {
  for (const std::size_t member : {std::size_t{kRefs}, PlantedOf(kRefs)}) {
    std::vector<Member> members = members_;
    std::string& refs = members[member].data;
    refs.replace(refs.find("False"), 5, "True ");
    Forge(&members, NoChange);
    EXPECT_THAT(Refusal(Join(members)), HasSubstr("refs.npy has a damaged header"));
  }
}

TEST_F(EncodingFileDamageTest, AcceptsAnyToken) {
  members_[kTokens].data.replace(kHeaderBytes, 16, std::string(16, '\0'));
  members_[PlantedOf(kTokens)].data.replace(kHeaderBytes, 16, std::string(16, '\0'));
  Forge(&members_, NoChange);
  EXPECT_TRUE(Read(Join(members_)).ok());
}

TEST_F(EncodingFileDamageTest, RefusesMembersInAnotherOrderOrNumber) {
  std::vector<Member> swapped = members_;
  std::swap(swapped[kNames], swapped[kBirth]);
  EXPECT_NE(Refusal(Join(swapped)), "accepted");
  swapped = members_;
  std::swap(swapped[kRefs], swapped[kPlanted]);
  EXPECT_NE(Refusal(Join(swapped)), "accepted");
  std::vector<Member> fewer = members_;
  fewer.pop_back();
  EXPECT_NE(Refusal(Join(fewer)), "accepted");
  std::vector<Member> more = members_;
  more.push_back(members_.back());
  EXPECT_NE(Refusal(Join(more)), "accepted");
}

struct HeaderChange {
  std::size_t at;
  std::string bytes;
};

// Links, devices, folders, sparse files, extension headers, times and owners.
TEST_F(EncodingFileDamageTest, RefusesHeadersThatItDoesNotWrite) {
  const std::vector<HeaderChange> changes = {{0, "../refs.npy"},
                                             {0, "/refs.npy"},
                                             {0, std::string(1, '\0')},
                                             {100, "000755"},
                                             {108, "000001"},
                                             {116, "000001"},
                                             {136, "00000000001"},
                                             {156, "1"},
                                             {156, "2"},
                                             {156, "3"},
                                             {156, "5"},
                                             {156, "6"},
                                             {156, "S"},
                                             {156, "L"},
                                             {156, "x"},
                                             {156, "g"},
                                             {156, "D"},
                                             {156, "V"},
                                             {257, std::string(8, '\0')},
                                             {257, std::string("ustar  \0", 8)},
                                             {257, "ustar  "},
                                             {156, "Z"},
                                             {156, std::string(1, '\0')},
                                             {265, "root"},
                                             {297, "root"},
                                             {345, "folder"},
                                             {124, "77777777777"},
                                             {124, "00000000000"},
                                             {124, std::string("\x80") + std::string(10, '\x7F')},
                                             {124, std::string(11, '\xFF')}};
  for (const std::size_t member : {std::size_t{kRefs}, PlantedOf(kRefs)}) {
    for (const HeaderChange& change : changes) {
      std::vector<Member> members = members_;
      std::string& header = members[member].header;
      header.replace(change.at, change.bytes.size(), change.bytes);
      FixChecksum(&header);
      EXPECT_NE(Refusal(Join(members)), "accepted") << change.at << " " << change.bytes;
    }
  }
}

TEST_F(EncodingFileDamageTest, RefusesWhatIsNoTar) {
  for (const std::string& bytes : {std::string(), std::string(5000, '\0'), std::string(5000, 'x'),
                                   std::string("PK\x03\x04"), std::string("\x1F\x8B\x08")}) {
    EXPECT_NE(Refusal(bytes), "accepted");
    EXPECT_FALSE(ReadEncodingManifest(file_).ok());
  }
}

}  // namespace
}  // namespace musubi::storage
