// The records that an audit attacks, as its victims and its attackers see them. Sees identifiers
// and secrets. Private to engine/audit.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/contract.h"
#include "core/encoding_set.h"
#include "core/exec_context.h"
#include "crypto/linkage_secret.h"
#include "engine/audit/dense.h"
#include "engine/encode/held_records.h"

namespace musubi::engine {

using Records = std::vector<std::uint32_t>;  // places in a file or a sample, or tokens

// What group a record of a sample is in.
struct Groups {
  std::vector<bool> rare;   // the tenth whose tokens are the rarest on average
  std::vector<bool> other;  // whose name is in another script than most names
};
Groups GroupsOf(const ClearTokens& tokens);

// Some records, each once, in random order.
Records DrawSample(std::size_t records, std::size_t sample, std::uint64_t seed);

// Where the first `count` of those that `order` puts in order stand in it.
Records PlacesIn(const Records& order, std::size_t count);

// The people of a sample under one contract: the one that is audited, or the control.
class Encoded {
 public:
  // All borrowed; `secret` is the holders'.
  Encoded(const HeldRecords& held, const Contract& contract, const crypto::LinkageSecret& secret,
          const ExecContext& context)
      : held_(held), contract_(contract), secret_(secret), context_(context) {}

  // Encodes the sample under the secret and under the attacker's own.
  Status Prepare(const Records& sample, const crypto::LinkageSecret& attacker);

  // Rows of the file as the unit would have them.
  Result<EncodingSet> Encode(const Records& rows) const {
    return held_.Encode(contract_, secret_, rows, context_);
  }

  // Rows of the file as an attacker has them who encodes people under several keys of its own, so
  // that what chance does under one of them is averaged out: their unit rows, side by side.
  Result<Matrix> EncodeAsAttacker(const Records& rows, std::uint64_t seed) const;

  const EncodingSet& set() const { return set_; }         // the sample's, under the secret
  const Matrix& victims() const { return victims_; }      // the same, as unit rows
  const Matrix& attackers() const { return attackers_; }  // under the attacker's own

 private:
  const HeldRecords& held_;
  const Contract& contract_;
  const crypto::LinkageSecret& secret_;
  const ExecContext& context_;
  EncodingSet set_;
  Matrix victims_;
  Matrix attackers_;
};

// What all attacks of one audit work on. Not moved: its parts borrow from one another.
struct People {
  People(HeldRecords held_records, const Contract& audited_contract,
         const crypto::LinkageSecret& holders_secret, const ExecContext& run_context)
      : held(std::move(held_records)),
        contract(audited_contract),
        secret(holders_secret),
        context(run_context) {}
  People(const People&) = delete;
  People& operator=(const People&) = delete;

  // Draws the sample, and encodes it.
  Status Prepare(std::uint64_t sample_records, std::uint64_t seed);

  HeldRecords held;
  const Contract& contract;
  const crypto::LinkageSecret& secret;
  const ExecContext& context;

  Records sample;      // rows of the file, in random order
  Records order;       // of the sample, in which the attacker has the people
  ClearTokens tokens;  // that the audited filters are made of, with their salts
  ClearTokens pieces;  // that the control's are: of the same names and dates, without salts, and
                       // once where several filters have the same
  Groups groups;
  std::uint64_t graph_seed = 0;
  std::uint64_t pairs_seed = 0;
  std::uint64_t net_seed = 0;
  std::uint64_t coins_seed = 0;
  std::unique_ptr<Contract> plain;  // the control's contract
  std::unique_ptr<Encoded> audited;
  std::unique_ptr<Encoded> control;
};

}  // namespace musubi::engine
