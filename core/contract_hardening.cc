#include "core/contract_hardening.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/check.h"
#include "core/contract_names.h"

namespace musubi {

using nlohmann::json;

namespace {

constexpr std::uint32_t kWidest = 8192;
constexpr std::uint32_t kNarrowest = 64;
// Fewer tokens show through: a lone q-gram would be an identity of its own.
constexpr std::uint32_t kLeastTokens = 10;
constexpr std::uint32_t kLeastFields = 3;

// One filter's reading.
class FilterBits {
 public:
  FilterBits(const json& node, const std::string& path, Filter* filter,
             std::vector<ContractMistake>* mistakes)
      : node_(node), path_(path), filter_(*filter), mistakes_(*mistakes) {}

  void Read() {
    filter_.made_bits = node_.at("bits");
    filter_.bits = filter_.made_bits;
    if (node_.contains("saul")) ReadSaul(node_.at("saul"));
    CheckFeatures();
    CheckSamples();
    if (node_.contains("hardening")) ReadSteps(node_.at("hardening"));
    const std::string similarity = node_.value("similarity", filter_.saul ? "hamming" : "dice");
    filter_.hamming = similarity == "hamming";
  }

 private:
  void Mistake(const std::string& where, const std::string& what) {
    mistakes_.push_back({path_ + where, what});
  }

  void ReadSaul(const json& node) {
    filter_.saul = SaulRule{node.at("terms"), node.value("least_tokens", kLeastTokens),
                            node.value("least_fields", kLeastFields)};
  }

  static std::string FeaturePath(std::size_t feature) {
    return "/features/" + std::to_string(feature);
  }

  void CheckFeatures() {
    for (std::size_t i = 0; i < filter_.features.size(); ++i) {
      const bool has_positions = filter_.features[i].positions != 0;
      if (has_positions && filter_.saul) {
        Mistake(FeaturePath(i) + "/positions",
                "is not for a SAUL filter, whose tokens set no bits");
      }
      if (!has_positions && !filter_.saul) Mistake(FeaturePath(i) + "/positions", "is missing");
      if (filter_.features[i].sample && filter_.saul) {
        Mistake(FeaturePath(i) + "/sample", "is not for a SAUL filter");
      }
    }
  }

  void CheckSamples() {
    const auto& features = filter_.features;
    const auto samples =
        std::ranges::count_if(features, [](const Feature& f) { return f.sample.has_value(); });
    if (samples == 0 || filter_.saul) return;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (!features[i].sample) {
        Mistake(FeaturePath(i), "has no sample, though another feature of the filter has one");
        return;
      }
      if (features[i].sample->bits > features[i].sample->own_bits) {
        Mistake(FeaturePath(i) + "/sample/bits", "must be at most own_bits");
      }
      bits += features[i].sample->bits;
    }
    if (bits != filter_.made_bits) Mistake("/bits", "must be the sum of the samples' bits");
  }

  void ReadSteps(const json& nodes) {
    if (filter_.saul) return Mistake("/hardening", "is not for a SAUL filter");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      ReadStep(nodes[i], "/hardening/" + std::to_string(i));
    }
  }

  void ReadStep(const json& node, const std::string& where) {
    HardeningStep step;
    const auto kind = HardeningKindOf(node.at("kind").get<std::string>());
    MUSUBI_CHECK(kind.has_value());  // the schema knows no other
    step.kind = *kind;
    CheckKey(node, where, "bits", step.kind == HardeningKind::kSample);
    CheckKey(node, where, "flip", step.kind == HardeningKind::kBlip);
    step.bits = node.value("bits", 0U);
    if (node.contains("flip")) ReadFlip(node.at("flip"), where, &step);
    Narrow(step, where);
    filter_.hardening.push_back(step);
  }

  void CheckKey(const json& node, const std::string& where, const char* key, bool wanted) {
    if (node.contains(key) && !wanted) Mistake(where + '/' + key, "is not for this kind");
    if (!node.contains(key) && wanted) Mistake(where + '/' + key, "is missing");
  }

  void ReadFlip(const json& node, const std::string& where, HardeningStep* step) {
    const auto flip = Threshold::Parse(node.get<std::string>());
    if (flip.ok()) step->flip = flip.value();
    const bool fits = step->flip.numerator > 0 && step->flip.numerator <= step->flip.denominator;
    if (!fits) Mistake(where + "/flip", "must be above 0 and at most 1");
  }

  // The width after a step.
  void Narrow(const HardeningStep& step, const std::string& where) {
    std::uint32_t& bits = filter_.bits;
    if (step.kind == HardeningKind::kSample) {
      if (step.bits > bits) Mistake(where + "/bits", "is more than the filter has by then");
      bits = std::max(step.bits, kNarrowest);
    } else if (step.kind == HardeningKind::kBalance) {
      if (2 * bits > kWidest) Mistake(where, "makes the filter wider than 8192 bits");
      bits = std::min(2 * bits, kWidest);
    } else if (step.kind == HardeningKind::kFold) {
      const bool halves = bits % (2 * kNarrowest) == 0;
      if (!halves) Mistake(where, "takes a filter of a multiple of 128 bits");
      if (halves) bits /= 2;
    }
  }

  const json& node_;
  const std::string& path_;
  Filter& filter_;
  std::vector<ContractMistake>& mistakes_;
};

}  // namespace

bool Filter::IsOfRecord() const {
  return saul.has_value() || std::ranges::any_of(features, [](const Feature& feature) {
           return feature.salt.has_value() || feature.sample.has_value();
         });
}

void ReadFeatureBits(const json& node, Feature* feature) {
  feature->positions = node.value("positions", 0U);
  if (!node.contains("sample")) return;
  const json& sample = node.at("sample");
  feature->sample = FeatureSample{sample.at("own_bits"), sample.at("bits")};
}

void ReadFilterBits(const json& node, const std::string& path, Filter* filter,
                    std::vector<ContractMistake>* mistakes) {
  FilterBits(node, path, filter, mistakes).Read();
}

}  // namespace musubi
