// From JSON of version 3's shape to a Schema. Private to clkhash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clkhash/json_text.h"
#include "clkhash/schema.h"
#include "clkhash/schema_rules.h"

namespace musubi::clkhash {

// Builds one schema, and finds the mistakes that its shape does not show.
class SchemaBuilder {
 public:
  explicit SchemaBuilder(int version) { schema_.version_ = version; }

  // Requires: CheckShape found nothing wrong with `root` as version 3.
  //
  // Errors: kContract
  Result<Schema> Build(const Json& root);

 private:
  void Say(const std::string& pointer, std::string what) {
    mistakes_.push_back({pointer, std::move(what)});
  }

  // A member between `least` and `most`, `otherwise` where there is none. clkhash computes with
  // what is written, and fails with 2.0 where it needs 2: `exactly` asks for the latter.
  std::uint32_t Number(const Json& object, const std::string& pointer, const char* key,
                       std::uint32_t otherwise, std::uint64_t most, bool exactly = true);

  void ReadConfig(const Json& config);
  void ReadFolds(const Json& config, const std::string& pointer);
  void ReadKeyDerivation(const Json& kdf, const std::string& pointer);
  std::vector<std::uint8_t> ReadBytes(const Json& kdf, const std::string& pointer, const char* key);
  void CheckKeys(const std::string& pointer);
  void ReadFeature(const Json& feature, const std::string& pointer);
  std::optional<Format> ReadFormat(const Json& format, const std::string& pointer);
  std::optional<Format> ReadStringFormat(const Json& format, const std::string& pointer);
  Hashing ReadHashing(const Json& hashing, const std::string& pointer);
  HashKind ReadHash(const Json* hash, const std::string& pointer);
  Comparison ReadComparison(const Json& comparison, const std::string& pointer);
  NumericComparison ReadNumeric(const Json& comparison, const std::string& pointer);
  void CheckHash(HashKind hash, const std::string& pointer);

  Schema schema_;
  SchemaMistakes mistakes_;
};

}  // namespace musubi::clkhash
