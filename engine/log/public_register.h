// What the public is told: holders, projects, link runs, reviews and releases, in counts, and the
// decisions on projects (docs/formats/log.md, "The register"). Sees entries of the log and the
// projects' decisions, and no more.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "storage/log_entry.h"
#include "storage/log_head.h"
#include "storage/store_values.h"

namespace musubi::engine {

inline constexpr const char* kRegisterFormat = "musubi-log-register";

// Takes every entry, in order, then gives the register's text.
class RegisterMaker {
 public:
  void Take(const storage::LogEntry& entry);

  // Canonical JSON. `head` is of the entries taken, `projects` are those that they tell of.
  std::string TextAt(const storage::LogHead& head,
                     const std::vector<storage::ProjectInfo>& projects) const;

 private:
  struct Holder {
    std::uint64_t data_sets = 0;
    std::uint64_t records = 0;
  };

  void TakeRelease(const storage::LogEntry& entry);
  nlohmann::json HoldersJson(const std::vector<storage::ProjectInfo>& projects) const;

  std::map<std::string, Holder> holders_;
  nlohmann::json projects_ = nlohmann::json::array();
  nlohmann::json releases_ = nlohmann::json::array();
  std::map<std::string, std::uint64_t> done_;  // by kind
  std::map<std::string, std::uint64_t> refused_;
};

// What a register's text says of the log that it is of.
//
// Errors: kBadData  it is no register: the message says "it ..."
Result<storage::LogHead> HeadOfRegister(const std::string& text);

}  // namespace musubi::engine
