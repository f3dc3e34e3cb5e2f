#include "tests/storage/bad_package_maker.h"

namespace musubi::storage {
namespace {

using crypto::Alpha;
using crypto::Beta;
using crypto::Unit;

constexpr ErrorCode kRefused = ErrorCode::kRefused;

// `text` with the first `from` replaced.
std::string Swapped(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  MUSUBI_CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// Manifests that a trusted sender signed, and should not have.
class ManifestMaker : public BadPackageMaker {
 public:
  std::vector<BadPackage> Make() {
    Members();
    Values();
    Claims();
    Sizes();
    return std::move(made_);
  }

 private:
  void Members() {
    const std::string form = "not in its one form";
    const json whole = json::parse(text_);
    for (const auto& [name, value] : whole.items()) {
      const std::string reason = name == "format" ? "not a package's manifest" : form;
      AddJson(
          "manifest without " + name, [&](json* root) { root->erase(name); }, kBad,
          name == "audit" ? "which audit or override let it leave" : reason);
      AddJson(
          "manifest with null as " + name, [&](json* root) { (*root)[name] = nullptr; }, kBad,
          name == "parts" ? "lists 0 segments" : reason);
      AddJson(
          "manifest with an array as " + name,
          [&](json* root) { (*root)[name] = json::array({1}); }, kBad, reason);
    }
    AddJson(
        "manifest with one member more", [](json* root) { (*root)["note"] = "x"; }, kBad, form);
    AddJson(
        "content with one member more", [](json* root) { (*root)["content"]["x"] = 1; }, kBad,
        form);
    AddJson(
        "part with one member more", [](json* root) { (*root)["parts"][0]["x"] = 1; }, kBad, form);
    AddText("manifest empty", "", kBad, "not JSON");
    AddText("manifest an array", "[]\n", kBad, "not JSON");
    AddText("manifest not JSON", "format=musubi-package\n", kBad, "not JSON");
    AddText("manifest cut", text_.substr(0, text_.size() / 2), kBad, "not JSON");
    AddText("manifest without its newline", text_.substr(0, text_.size() - 1), kBad, form);
    AddText("manifest with two newlines", text_ + "\n", kBad, form);
    AddText("manifest with a carriage return", Swapped(text_, "}\n", "}\r\n"), kBad, form);
    AddText("manifest with a byte order mark", "\xef\xbb\xbf" + text_, kBad, form);
    AddText("manifest with a blank", Swapped(text_, "\"kind\":", "\"kind\": "), kBad, form);
    AddText("manifest indented", json::parse(text_).dump(2) + "\n", kBad, form);
    AddText("manifest with a member twice",
            Swapped(text_, "\"kind\":", "\"kind\":\"map\",\"kind\":"), kBad, form);
    AddText("manifest with an escape", Swapped(text_, "\"kind\"", "\"\\u006bind\""), kBad, form);
    AddText("manifest with bytes after a zero", text_ + std::string("\0x", 2), kBad, form);
    AddText("manifest nested a thousand deep", std::string(1000, '[') + std::string(1000, ']'),
            kBad, "not JSON");
  }

  void Values() {
    const std::string form = "not in its one form";
    for (const char* name : {"package", "contract", "sender", "recipient"}) {
      const std::string hex = json::parse(text_)[name];
      const auto with = [&](const std::string& how, const std::string& value) {
        AddJson(
            std::string(name) + " " + how, [&](json* root) { (*root)[name] = value; }, kBad, form);
      };
      with("shorter", hex.substr(2));
      with("longer", hex + "00");
      with("not hexadecimal", "zz" + hex.substr(2));
      with("of no digits", "");
    }
    AddJson(
        "contract in capitals", [](json* r) { (*r)["contract"] = std::string(64, 'A'); }, kBad,
        form);
    AddJson(
        "package of zeros", [](json* r) { (*r)["package"] = std::string(32, '0'); }, kBad,
        "all zero");
    AddJson(
        "format of an encoding file", [](json* r) { (*r)["format"] = "musubi-encoding"; }, kBad,
        "not a package's manifest");
    for (const int version : {0, 2, -1, 1000}) {
      AddJson(
          "version " + std::to_string(version), [&](json* r) { (*r)["version"] = version; }, kBad,
          "of version " + std::to_string(version));
    }
    AddJson(
        "version 1.0", [](json* r) { (*r)["version"] = 1.0; }, kBad, form);
    AddJson(
        "version '1'", [](json* r) { (*r)["version"] = "1"; }, kBad, form);
    for (const char* kind : {"", "Encoding", "encodings", "unknown"}) {
      AddJson(
          std::string("kind '") + kind + "'", [&](json* r) { (*r)["kind"] = kind; }, kBad,
          "of a kind that this program does not know");
    }
    for (const char* time :
         {"", "now", "2026-11-30", "2026-11-30T12:00:00", "2026-11-30T12:00:00+09:00",
          "2026-11-30T12:00:00.5Z", "2026-02-30T12:00:00Z", "2026-11-30T24:00:00Z",
          "2026-11-30T12:00:60Z"}) {
      AddJson(
          std::string("made at '") + time + "'", [&](json* r) { (*r)["created"] = time; }, kBad,
          "the manifest's time");
    }
  }

  void Claims() {
    for (const char* kind : {"map", "payload", "withdrawal", "receipt", "secret"}) {
      AddJson(
          std::string("of kind ") + kind,
          [&](json* r) {
            (*r)["kind"] = kind;
            r->erase("audit");
          },
          kRefused, std::string("of kind ") + kind);
      AddJson(
          std::string("of kind ") + kind + " with an audit", [&](json* r) { (*r)["kind"] = kind; },
          kBad, "and no other package");
    }
    const auto audit = [this](const std::string& name, const json& value) {
      AddJson(
          "audit " + name, [&](json* r) { (*r)["audit"] = value; }, kBad, "not in its one form");
    };
    const std::string hex(64, '3');
    audit("that failed", {{"outcome", "failed"}, {"report", hex}});
    audit("without its report", {{"outcome", "passed"}});
    audit("with another digest", {{"outcome", "passed"}, {"report", hex + "3"}});
    audit("with a member more", {{"outcome", "passed"}, {"report", hex}, {"x", 1}});
    audit("overridden by nobody", {{"outcome", "overridden"}, {"overrides", json::array()}});
    audit("overridden by no document",
          {{"outcome", "overridden"}, {"overrides", {json::object(), json::object()}}});
    AddJson(
        "made before its sender's certificate",
        [](json* r) { (*r)["created"] = "2026-11-29T11:59:59Z"; }, kRefused, "outside the");
    AddJson(
        "made after its sender's certificate",
        [](json* r) { (*r)["created"] = "2027-11-30T12:00:01Z"; }, kRefused, "outside the");
    AddJson(
        "for another contract", [](json* r) { (*r)["contract"] = std::string(64, '2'); },
        ErrorCode::kContract, "it was made for contract 2222");
    const auto person = [&](const char* member, const crypto::Identity& identity) {
      return [member, hex = crypto::ToHex(identity.certificate().fingerprint())](json* r) {
        (*r)[member] = hex;
      };
    };
    AddJson("for another recipient", person("recipient", Beta()), kRefused, "not for yours");
    AddJson("for its own sender", person("recipient", Alpha()), kRefused, "not for yours");
    AddJson("in another's name", person("sender", Beta()), kRefused, "names another sender");
    AddJson("in its recipient's name", person("sender", Unit()), kRefused, "names another sender");
  }

  void Sizes() {
    const auto content = [](const json& bytes) {
      return [bytes](json* r) { (*r)["content"]["bytes"] = bytes; };
    };
    const auto segment = [](const json& bytes) {
      return [bytes](json* r) { (*r)["segment_bytes"] = bytes; };
    };
    AddJson("content of 0 bytes", content(0), kBad, "content has not 1 to");
    AddJson("content of -1 bytes", content(-1), kBad, "content has not 1 to");
    AddJson("content of a fraction", content(250.5), kBad, "not in its one form");
    AddJson("content of 250.0 bytes", content(250.0), kBad, "not in its one form");
    AddJson("content of a text", content("250"), kBad, "not in its one form");
    AddJson("content of 2^60 bytes", content(std::uint64_t{1} << 60), kBad, "content has not 1 to");
    AddJson("content of 2^64-1 bytes", content(~std::uint64_t{0}), kBad, "content has not 1 to");
    AddJson("content of a segment more", content(301), kBad, "its content takes 4");
    AddJson("content of a segment less", content(200), kBad, "its content takes 2");
    AddJson("content a byte longer", content(251), kBad, "segment-000002.cms holds another number");
    AddJson("content a byte shorter", content(249), kBad,
            "segment-000002.cms holds another number");
    AddJson("segments of 0 bytes", segment(0), kBad, "segments have not 1 to");
    AddJson("segments of -100 bytes", segment(-100), kBad, "segments have not 1 to");
    AddJson("segments of 16 MiB and a byte", segment(16777217), kBad, "segments have not 1 to");
    AddJson("segments a byte longer", segment(101), kBad,
            "segment-000000.cms holds another number");
    AddJson("segments a byte shorter", segment(99), kBad,
            "segment-000000.cms holds another number");
    AddJson(
        "no parts", [](json* r) { (*r)["parts"] = json::array(); }, kBad, "lists 0 segments");
    AddJson(
        "a part less", [](json* r) { (*r)["parts"].erase(2); }, kBad, "lists 2 segments");
    AddJson(
        "a part more", [](json* r) { (*r)["parts"].push_back((*r)["parts"][2]); }, kBad,
        "lists 4 segments");
    AddJson(
        "parts exchanged", [](json* r) { std::swap((*r)["parts"][0], (*r)["parts"][1]); }, kBad,
        "not in its one form");
    AddJson(
        "parts with one name", [](json* r) { (*r)["parts"][1]["name"] = "segment-000000.cms"; },
        kBad, "not in its one form");
    AddJson(
        "a part with a path", [](json* r) { (*r)["parts"][0]["name"] = "../x"; }, kBad,
        "not in its one form");
    for (const std::size_t i : {0U, 1U, 2U}) {
      const std::string part = "part " + std::to_string(i) + " ";
      const auto bytes = [i](const json& value) {
        return [i, value](json* r) { (*r)["parts"][i]["bytes"] = value; };
      };
      const std::string name = SegmentName(i);
      AddJson(part + "of 0 bytes", bytes(0), kBad, name);
      AddJson(part + "of 1 GiB", bytes(1 << 30), kBad, name);
      AddJson(part + "of a byte more", bytes(pieces_.segments[i].size() + 1), kBad,
              name + " has " + std::to_string(pieces_.segments[i].size()) + " bytes, but");
      AddJson(part + "of a byte less", bytes(pieces_.segments[i].size() - 1), kBad,
              name + " has " + std::to_string(pieces_.segments[i].size()) + " bytes, but");
      AddJson(
          part + "with another digest",
          [i](json* r) { (*r)["parts"][i]["sha256"] = std::string(64, '0'); }, kBad,
          name + " is damaged or another's");
    }
  }
};

}  // namespace

std::vector<BadPackage> BadManifests() { return ManifestMaker().Make(); }

}  // namespace musubi::storage
