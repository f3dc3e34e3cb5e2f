// Vectors made by clkhash itself, that lie beside the source tree; skipped where they are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/ids.h"
#include "crypto/hkdf_long.h"
#include "storage/base64.h"
#include "storage/clks_file.h"
#include "storage/python_csv_reader.h"
#include "tests/clkhash/samples.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::clkhash {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path VectorsFolder() {
  const char* const shared = std::getenv("MUSUBI_SHARED");
  const fs::path root = shared != nullptr ? shared : fs::path(MUSUBI_SOURCE_DIR) / "../shared";
  return root / "data/vectors/clkhash";
}

std::string TextOf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in.good()) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

// The entries of a folder in the order of their names; none where there is no folder.
std::vector<fs::path> EntriesOf(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) entries.push_back(entry.path());
  std::ranges::sort(entries);
  return entries;
}

#define MUSUBI_SKIP_WITHOUT(there) \
  if (!(there)) GTEST_SKIP() << "no clkhash vectors beside the source tree: " << VectorsFolder()

// The CLK file of a case as this program writes it, byte for byte.
std::string EncodedFile(const fs::path& folder, const json& description) {
  const auto schema = Parsed(TextOf(folder / description.at("schema")));
  Encoder encoder(schema, BytesOf(description.at("secret").get_ref<const std::string&>()));
  auto reader = storage::PythonCsvReader::Open(folder / description.at("data"));
  MUSUBI_CHECK(reader.ok());
  const crypto::TemporaryFolder scratch;
  auto out = storage::AtomicFile::Create(scratch / "clks.json", storage::Overwrite::kRefuse, 0644);
  MUSUBI_CHECK(out.ok());
  storage::ClksWriter writer(storage::ClksForm::kJson, schema->row_bytes(), &out.value());
  storage::CsvRow row;
  const json& header = description.at("header");
  if (header.is_string() || header.get<bool>()) {
    MUSUBI_CHECK(reader.value().Next(&row).value());
    for (std::size_t i = 0; header == true && i < row.size(); ++i) {
      EXPECT_EQ(row[i], schema->features().at(i).identifier);
    }
  }
  std::vector<std::uint8_t> bits(schema->row_bytes());
  while (reader.value().Next(&row).value()) {
    std::vector<std::string_view> cells;
    for (std::size_t i = 0; i < row.size(); ++i) cells.push_back(row[i]);
    const auto problem = encoder.Encode(cells, description.value("validate", true), bits);
    EXPECT_FALSE(problem) << "row " << row.number() << ": " << (problem ? problem->reason : "");
    MUSUBI_CHECK(writer.Append(bits).ok());
  }
  MUSUBI_CHECK(writer.Finish().ok() && out.value().Commit().ok());
  return TextOf(scratch / "clks.json");
}

TEST(ClkhashVectorsTest, WholeFilesAreEncodedByteForByte) {
  const auto folders = EntriesOf(VectorsFolder() / "generated");
  MUSUBI_SKIP_WITHOUT(!folders.empty());
  for (const fs::path& folder : folders) {
    if (!fs::exists(folder / "case.json")) continue;
    SCOPED_TRACE(folder.filename());
    const json description = json::parse(TextOf(folder / "case.json"));
    const std::string expected = TextOf(folder / description.at("expected"));
    EXPECT_EQ(json::parse(expected)["clks"].size(), description.at("records"));
    EXPECT_TRUE(EncodedFile(folder, description) == expected);
    const auto read = storage::ReadClksJson(folder / description.at("expected"), std::nullopt);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read.value().rows(), description.at("records"));
  }
}

json Micro(const std::string& name) {
  const fs::path file = VectorsFolder() / "micro" / name;
  return fs::exists(file) ? json::parse(TextOf(file)) : json::array();
}

std::string FromHexText(const json& hex) {
  std::string bytes(hex.get_ref<const std::string&>().size() / 2, '\0');
  MUSUBI_CHECK(
      FromHex(hex.get<std::string>(), reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()));
  return bytes;
}

TEST(ClkhashVectorsTest, KeysAreDerived) {
  const json vectors = Micro("kdf.json");
  MUSUBI_SKIP_WITHOUT(!vectors.empty());
  for (const json& vector : vectors) {
    const auto optional = [&](const char* key) {
      return vector.at(key).is_null() ? std::string() : FromHexText(vector.at(key));
    };
    const std::string secret = vector.at("secret_utf8");
    const std::string salt = optional("salt_hex");
    const std::string info = optional("info_hex");
    crypto::HkdfLong keys(
        vector.at("hash") == "SHA512" ? crypto::HkdfHash::kSha512 : crypto::HkdfHash::kSha256,
        BytesOf(secret), BytesOf(salt), BytesOf(info));
    for (const json& pair : vector.at("keys")) {
      for (const json& key : pair) {
        const crypto::SecureBytes bytes = keys.Next(vector.at("key_size"));
        EXPECT_EQ(ToHex(bytes.bytes().data(), bytes.bytes().size()), key);
      }
    }
  }
}

// The comparison of a micro vector.
std::string ComparisonOf(const json& vector) {
  json comparison = vector;
  comparison.erase("in");
  comparison.erase("tokens");
  comparison.erase("distance_interval");
  return comparison.dump();
}

TEST(ClkhashVectorsTest, ValuesAreCutIntoTokens) {
  const json vectors = Micro("tokens.json");
  MUSUBI_SKIP_WITHOUT(!vectors.empty());
  for (const json& vector : vectors) {
    const std::string comparison = ComparisonOf(vector);
    const auto schema = Parsed(Version3(FeatureOf(kString, comparison)));
    const std::string in = vector.at("in");
    const auto tokens = TokensOf(*schema, in);
    if (vector.at("tokens").is_object()) {  // an error of Python
      ASSERT_EQ(tokens.size(), 1U);
      EXPECT_THAT(tokens[0], testing::StartsWith("! ")) << comparison << " " << in;
    } else {
      EXPECT_EQ(json(tokens), vector.at("tokens")) << comparison << " " << in;
    }
    if (!vector.contains("distance_interval")) continue;
    const auto& numeric = std::get<NumericComparison>(schema->features()[0].hashing->comparison);
    EXPECT_EQ(numeric.distance.str(), vector.at("distance_interval")) << comparison;
  }
}

TEST(ClkhashVectorsTest, InsertionsAreSharedOut) {
  const json vectors = Micro("strategies.json");
  MUSUBI_SKIP_WITHOUT(!vectors.empty());
  for (const json& vector : vectors) {
    const std::size_t count = vector.at("tokens");
    const bool per_feature = vector.contains("bitsPerFeature");
    const Strategy strategy{per_feature,
                            vector.at(per_feature ? "bitsPerFeature" : "bitsPerToken")};
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(strategy.InsertionsOf(i, count), vector.at("k").at(i));
    }
  }
}

std::vector<std::uint32_t> PositionsOf(HashKind kind, const std::string& first,
                                       const std::string& second, const json& vector,
                                       std::string_view token) {
  PositionSource source(kind, Secure(first), Secure(second), vector.at("l"));
  std::vector<std::uint32_t> positions;
  EXPECT_TRUE(source.Of(token, vector.at("k"), &positions));
  std::vector<std::uint32_t> again;
  EXPECT_TRUE(source.Of(token, vector.at("k"), &again));
  EXPECT_EQ(again, positions);
  return positions;
}

TEST(ClkhashVectorsTest, TokensSetTheirBits) {
  const json vectors = Micro("token_bits.json");
  MUSUBI_SKIP_WITHOUT(!vectors.empty());
  for (const json& vector : vectors) {
    const std::string token = FromHexText(vector.at("token_utf8_hex"));
    if (vector.at("hash") == "blake") {
      const std::string key = FromHexText(vector.at("key_hex"));
      EXPECT_EQ(json(PositionsOf(HashKind::kBlake, key, key, vector, token)),
                vector.at("indices_in_order"));
      continue;
    }
    const std::string first = FromHexText(vector.at("key_sha1_hex"));
    const std::string second = FromHexText(vector.at("key_md5_hex"));
    EXPECT_EQ(json(PositionsOf(HashKind::kDouble, first, second, vector, token)),
              vector.at("indices_in_order"));
    EXPECT_EQ(json(PositionsOf(HashKind::kDoubleNonSingular, first, second, vector, token)),
              vector.at("nonsingular_indices"));
  }
}

TEST(ClkhashVectorsTest, SingularTokensAreAvoided) {
  const json vectors = Micro("singularity_upstream_inputs.json");
  MUSUBI_SKIP_WITHOUT(!vectors.empty());
  for (const json& vector : vectors) {
    const HashKind kind =
        vector.at("prevent_singularity") ? HashKind::kDoubleNonSingular : HashKind::kDouble;
    const std::string token = vector.at("token");
    std::vector<std::uint8_t> bits(vector.at("l").get<std::size_t>() / 8);
    for (const std::uint32_t position :
         PositionsOf(kind, vector.at("key_sha1"), vector.at("key_md5"), vector, token)) {
      bits[position / 8] = static_cast<std::uint8_t>(bits[position / 8] | 0x80 >> position % 8);
    }
    std::string text;
    storage::AppendBase64(bits, &text);
    EXPECT_EQ(text, vector.at("bf_base64"));
  }
}

TEST(ClkhashVectorsTest, FiltersAreFoldedAndWritten) {
  const json vectors = Micro("xor_fold_and_serialize.json");
  MUSUBI_SKIP_WITHOUT(!vectors.empty());
  for (const json& vector : vectors) {
    const auto packed = [](const std::string& digits) {
      std::vector<std::uint8_t> bytes((digits.size() + 7) / 8);
      for (std::size_t i = 0; i < digits.size(); ++i) {
        if (digits[i] == '1')
          bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 0x80 >> i % 8);
      }
      return bytes;
    };
    const std::string folded = vector.at("folded");
    std::vector<std::uint8_t> row((folded.size() + 7) / 8);
    FoldBits(packed(vector.at("bits")), static_cast<std::uint32_t>(folded.size()),
             vector.at("folds"), row);
    EXPECT_EQ(row, packed(folded));
    std::string text;
    storage::AppendBase64(row, &text);
    EXPECT_EQ(text, vector.at("folded_base64"));
  }
}

// Of upstream's own test schemas the bad ones are refused, and all others accepted.
TEST(ClkhashVectorsTest, SchemasAreAcceptedAndRefused) {
  const auto files = EntriesOf(VectorsFolder() / "schemas/testdata");
  MUSUBI_SKIP_WITHOUT(!files.empty());
  for (const fs::path& file : files) {
    if (file.extension() != ".json") continue;
    const std::string name = file.filename();
    const bool bad = name.starts_with("bad") || name.find("unsupported") != std::string::npos;
    EXPECT_EQ(MistakesOf(TextOf(file)).empty(), !bad) << name << MistakesOf(TextOf(file));
  }
}

}  // namespace
}  // namespace musubi::clkhash
