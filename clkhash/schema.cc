#include "clkhash/schema.h"

#include "clkhash/json_text.h"
#include "clkhash/schema_builder.h"
#include "clkhash/schema_rules.h"
#include "clkhash/schema_versions.h"

namespace musubi::clkhash {
namespace {

// 1, 2 or 3; 0 for any other. Python holds 1.0 for 1.
int VersionOf(const Json& root) {
  const Json* const version = root.Find("version");
  if (version == nullptr) return 0;
  if (!version->Is(Json::Type::kInteger) && !version->Is(Json::Type::kFloat)) return 0;
  for (const int known : {1, 2, 3}) {
    if (version->number == known) return known;
  }
  return 0;
}

// Whether the documented option that clkhash ignores is set.
bool AsksForFolds(const Json& root) {
  const Json* const folds = root.Find("clkConfig")->Find("xorFolds");
  return folds != nullptr && folds->Truthy();
}

}  // namespace

std::uint32_t Strategy::InsertionsOf(std::size_t index, std::size_t count) const {
  if (!per_feature) return bits;
  return static_cast<std::uint32_t>(bits / count + (index < bits % count ? 1 : 0));
}

Result<Schema> Schema::Parse(std::string_view json) {
  auto parsed = ParseJson(json);
  if (!parsed.ok()) return SchemaError({{"/", parsed.error().message}});
  Json root = std::move(parsed).value();
  if (!root.Is(Json::Type::kObject)) return SchemaError({{"/", "must be an object"}});
  const int version = VersionOf(root);
  if (version == 0) return SchemaError({{"/version", "must be 1, 2 or 3"}});

  SchemaMistakes mistakes;
  CheckShape(root, version, &mistakes);
  if (!mistakes.empty()) return SchemaError(mistakes);
  const bool asks_for_folds = AsksForFolds(root);
  if (version == 1) root = ConvertVersion1(root);
  if (version <= 2) {
    root = ConvertVersion2(root);
    CheckShape(root, 3, &mistakes);
  }
  if (!mistakes.empty()) return SchemaError(mistakes);
  MUSUBI_ASSIGN_OR_RETURN(Schema schema, SchemaBuilder(version).Build(root));
  if (asks_for_folds) {
    schema.warnings_.push_back(
        "/clkConfig/xorFolds is ignored, as clkhash ignores it: the encodings are not folded");
  }
  return schema;
}

}  // namespace musubi::clkhash
