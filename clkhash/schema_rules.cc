#include "clkhash/schema_rules.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <set>

namespace musubi::clkhash {
namespace {

using Type = Json::Type;

// Collects mistakes about one schema of one version.
class Shape {
 public:
  Shape(int version, SchemaMistakes* mistakes) : version_(version), mistakes_(mistakes) {}

  void Root(const Json& root) {
    for (const char* const key : {"version", "clkConfig", "features"}) Need(root, "", key);
    if (const Json* config = root.Find("clkConfig")) Config(*config, "/clkConfig");
    const Json* const features = root.Find("features");
    if (features == nullptr) return;
    if (!features->Is(Type::kArray)) return Say("/features", "must be an array");
    for (std::size_t i = 0; i < features->items.size(); ++i) {
      Feature(features->items[i], Within("/features", i));
    }
  }

 private:
  void Say(const std::string& pointer, std::string what) {
    mistakes_->push_back({pointer.empty() ? "/" : pointer, std::move(what)});
  }

  // A member that must be there.
  const Json* Need(const Json& object, const std::string& pointer, const char* key) {
    const Json* const member = object.Find(key);
    if (member == nullptr) Say(pointer, std::string("lacks the member \"") + key + '"');
    return member;
  }

  bool Object(const Json& json, const std::string& pointer) {
    if (!json.Is(Type::kObject)) Say(pointer, "must be an object");
    return json.Is(Type::kObject);
  }

  void Only(const Json& object, const std::string& pointer,
            std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : object.members) {
      if (std::ranges::find(known, key) == known.end()) {
        Say(Within(pointer, key), "is no member that may stand here");
      }
    }
  }

  void Text(const Json& object, const std::string& pointer, const char* key) {
    const Json* const member = object.Find(key);
    if (member != nullptr && !member->Is(Type::kString))
      Say(Within(pointer, key), "must be a text");
  }

  void Boolean(const Json& object, const std::string& pointer, const char* key) {
    const Json* const member = object.Find(key);
    if (member != nullptr && !member->Is(Type::kBool)) {
      Say(Within(pointer, key), "must be true or false");
    }
  }

  // Draft 4 of JSON Schema, which version 1 is written in, takes 2.0 for no integer.
  bool IsInteger(const Json& json) const {
    if (json.Is(Type::kInteger)) return true;
    return version_ > 1 && json.Is(Type::kFloat) && std::trunc(json.number) == json.number;
  }

  void Integer(const Json& object, const std::string& pointer, const char* key) {
    const Json* const member = object.Find(key);
    if (member != nullptr && !IsInteger(*member)) Say(Within(pointer, key), "must be an integer");
  }

  void IntegerFrom(const Json& object, const std::string& pointer, const char* key, double least) {
    const Json* const member = object.Find(key);
    if (member == nullptr || (IsInteger(*member) && member->number >= least)) return;
    Say(Within(pointer, key),
        std::string("must be an integer of at least ") + (least > 0 ? "1" : "0"));
  }

  void OneOf(const Json& object, const std::string& pointer, const char* key,
             std::initializer_list<std::string_view> values) {
    const Json* const member = object.Find(key);
    if (member == nullptr) return;
    if (member->Is(Type::kString) && std::ranges::find(values, member->text) != values.end()) {
      return;
    }
    std::string what = "must be";
    for (const std::string_view value : values) {
      what += value == *values.begin() ? " \"" : " or \"";
      what += value;
      what += '"';
    }
    Say(Within(pointer, key), std::move(what));
  }

  void Config(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    Need(json, pointer, "l");
    IntegerFrom(json, pointer, "l", 1);
    IntegerFrom(json, pointer, "xorFolds", 0);
    if (const Json* kdf = Need(json, pointer, "kdf")) Kdf(*kdf, Within(pointer, "kdf"));
    if (version_ > 1) return;
    Need(json, pointer, "k");
    IntegerFrom(json, pointer, "k", 1);
    if (const Json* hash = Need(json, pointer, "hash")) Hash(*hash, Within(pointer, "hash"));
  }

  void Kdf(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    Need(json, pointer, "type");
    OneOf(json, pointer, "type", {"HKDF"});
    OneOf(json, pointer, "hash", {"SHA256", "SHA512"});
    Text(json, pointer, "salt");
    Text(json, pointer, "info");
    IntegerFrom(json, pointer, "keySize", 1);
  }

  void Hash(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    const Json* const type = Need(json, pointer, "type");
    OneOf(json, pointer, "type", {"doubleHash", "blakeHash"});
    if (type == nullptr || type->StringOrEmpty() != "doubleHash") return;
    Boolean(json, pointer, "prevent_singularity");
  }

  // Exactly one of a whole feature and an ignored one.
  void Feature(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    SchemaMistakes whole;
    Shape(version_, &whole).WholeFeature(json, pointer);
    SchemaMistakes ignored;
    Shape(version_, &ignored).IgnoredFeature(json, pointer);
    if (whole.empty() != ignored.empty()) return;
    if (whole.empty()) return Say(pointer, "is both a feature and an ignored one");
    const bool means_ignored = json.Find("ignored") != nullptr && json.Find("format") == nullptr &&
                               json.Find("hashing") == nullptr;
    const SchemaMistakes& told = means_ignored ? ignored : whole;
    mistakes_->insert(mistakes_->end(), told.begin(), told.end());
  }

  void IgnoredFeature(const Json& json, const std::string& pointer) {
    Need(json, pointer, "identifier");
    Text(json, pointer, "identifier");
    Text(json, pointer, "description");
    const Json* const mark = Need(json, pointer, "ignored");
    if (mark != nullptr && !(mark->Is(Type::kBool) && mark->truth)) {
      Say(Within(pointer, "ignored"), "must be true where there is nothing else");
    }
    if (version_ == 3) Only(json, pointer, {"identifier", "ignored", "description"});
  }

  void WholeFeature(const Json& json, const std::string& pointer) {
    Need(json, pointer, "identifier");
    Text(json, pointer, "identifier");
    Text(json, pointer, "description");
    if (version_ == 3) Boolean(json, pointer, "ignored");
    if (const Json* format = Need(json, pointer, "format")) {
      Format(*format, Within(pointer, "format"));
    }
    if (const Json* hashing = Need(json, pointer, "hashing")) {
      Hashing(*hashing, Within(pointer, "hashing"));
    }
  }

  void Format(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    const Json* const type = Need(json, pointer, "type");
    OneOf(json, pointer, "type", {"string", "integer", "date", "enum"});
    if (type == nullptr) return;
    Text(json, pointer, "description");
    const std::string& name = type->StringOrEmpty();
    if (name == "string") return StringShape(json, pointer);
    if (name == "integer") {
      Only(json, pointer, {"type", "minimum", "maximum", "description"});
      Integer(json, pointer, "minimum");
      Integer(json, pointer, "maximum");
    } else if (name == "date") {
      Only(json, pointer, {"type", "format", "description"});
      Need(json, pointer, "format");
      Text(json, pointer, "format");
    } else if (name == "enum") {
      Only(json, pointer, {"type", "values", "description"});
      if (const Json* values = Need(json, pointer, "values")) {
        Texts(*values, Within(pointer, "values"));
      }
    }
  }

  void StringShape(const Json& json, const std::string& pointer) {
    OneOf(json, pointer, "encoding", {"ascii", "utf-8", "utf-16", "utf-32"});
    if (json.Find("pattern") != nullptr) {
      Only(json, pointer, {"type", "encoding", "pattern", "description"});
      return Text(json, pointer, "pattern");
    }
    Only(json, pointer, {"type", "encoding", "case", "minLength", "maxLength", "description"});
    OneOf(json, pointer, "case", {"upper", "lower", "mixed"});
    IntegerFrom(json, pointer, "minLength", 0);
    IntegerFrom(json, pointer, "maxLength", 1);
  }

  void Texts(const Json& json, const std::string& pointer) {
    if (!json.Is(Type::kArray)) return Say(pointer, "must be an array");
    for (std::size_t i = 0; i < json.items.size(); ++i) {
      if (!json.items[i].Is(Type::kString)) Say(Within(pointer, i), "must be a text");
    }
  }

  void Hashing(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    if (const Json* missing = json.Find("missingValue")) {
      const std::string inner = Within(pointer, "missingValue");
      if (Object(*missing, inner)) {
        Need(*missing, inner, "sentinel");
        Text(*missing, inner, "sentinel");
        Text(*missing, inner, "replaceWith");
      }
    }
    if (version_ < 3) return OldHashing(json, pointer);
    Only(json, pointer, {"hash", "strategy", "comparison", "missingValue"});
    if (const Json* hash = json.Find("hash")) Hash(*hash, Within(pointer, "hash"));
    if (const Json* strategy = Need(json, pointer, "strategy")) {
      Strategy(*strategy, Within(pointer, "strategy"));
    }
    if (const Json* comparison = Need(json, pointer, "comparison")) {
      Comparison(*comparison, Within(pointer, "comparison"));
    }
  }

  // Of versions 1 and 2.
  void OldHashing(const Json& json, const std::string& pointer) {
    Need(json, pointer, "ngram");
    IntegerFrom(json, pointer, "ngram", version_ == 1 ? 0 : 1);
    Boolean(json, pointer, "positional");
    if (version_ == 1) {
      const Json* const weight = json.Find("weight");
      const bool number =
          weight == nullptr || weight->Is(Type::kInteger) || weight->Is(Type::kFloat);
      if (!number || (weight != nullptr && weight->number < 0)) {
        Say(Within(pointer, "weight"), "must be a number of at least 0");
      }
      return;
    }
    Only(json, pointer, {"hash", "strategy", "ngram", "positional", "missingValue"});
    if (const Json* hash = json.Find("hash")) Hash(*hash, Within(pointer, "hash"));
    const Json* const strategy = Need(json, pointer, "strategy");
    if (strategy == nullptr || !Object(*strategy, Within(pointer, "strategy"))) return;
    // What they hold is looked at once they are converted.
    if ((strategy->Find("k") == nullptr) == (strategy->Find("numBits") == nullptr)) {
      Say(Within(pointer, "strategy"), "must have either \"k\" or \"numBits\"");
    }
  }

  void Strategy(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    if ((json.Find("bitsPerToken") == nullptr) == (json.Find("bitsPerFeature") == nullptr)) {
      Say(pointer, "must have either \"bitsPerToken\" or \"bitsPerFeature\"");
    }
    Only(json, pointer, {"bitsPerToken", "bitsPerFeature"});
    IntegerFrom(json, pointer, "bitsPerToken", 1);
    IntegerFrom(json, pointer, "bitsPerFeature", 1);
  }

  void Comparison(const Json& json, const std::string& pointer) {
    if (!Object(json, pointer)) return;
    const Json* const type = Need(json, pointer, "type");
    OneOf(json, pointer, "type", {"ngram", "exact", "numeric"});
    if (type == nullptr) return;
    if (type->StringOrEmpty() == "ngram") {
      Need(json, pointer, "n");
      IntegerFrom(json, pointer, "n", 1);
      Boolean(json, pointer, "positional");
    } else if (type->StringOrEmpty() == "numeric") {
      const Json* const distance = Need(json, pointer, "thresholdDistance");
      const bool number =
          distance != nullptr && (distance->Is(Type::kInteger) || distance->Is(Type::kFloat));
      if (distance != nullptr && !(number && distance->number > 0)) {
        Say(Within(pointer, "thresholdDistance"), "must be a number above 0");
      }
      Need(json, pointer, "resolution");
      IntegerFrom(json, pointer, "resolution", 1);
      IntegerFrom(json, pointer, "fractional_precision", 0);
    }
  }

  int version_;
  SchemaMistakes* mistakes_;
};

}  // namespace

Error SchemaError(const SchemaMistakes& mistakes) {
  std::string message = "the clkhash schema is not valid:";
  for (const SchemaMistake& mistake : mistakes) {
    message += "\n  at " + mistake.pointer + ": " + mistake.what;
  }
  return {ErrorCode::kContract, message};
}

std::string Within(const std::string& pointer, std::string_view key) {
  constexpr std::size_t kMaxKeyBytes = 60;
  std::string inner = pointer + '/';
  for (const char c : key.substr(0, kMaxKeyBytes)) {
    if (c == '~') {
      inner += "~0";
    } else if (c == '/') {
      inner += "~1";
    } else {
      inner += c < ' ' || c > '~' ? '?' : c;
    }
  }
  return inner + (key.size() > kMaxKeyBytes ? "..." : "");
}

std::string Within(const std::string& pointer, std::size_t index) {
  return pointer + '/' + std::to_string(index);
}

void CheckShape(const Json& root, int version, SchemaMistakes* mistakes) {
  Shape(version, mistakes).Root(root);
}

}  // namespace musubi::clkhash
