#include "engine/release/persons.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace musubi::engine {

namespace {

constexpr std::string_view kHeader = "record_ref,person_ref\n";

std::string LineOf(const PersonsAt::Member& member) {
  return ToHex(member.ref) + ',' + ToHex(member.person) + '\n';
}

// The record that a key's person is named by.
struct Anchor {
  std::uint64_t since = 0;
  RecordRef ref;
  std::uint64_t records = 0;
};

crypto::Digest256 DigestOf(const PersonsAt& persons) {
  crypto::Sha256Stream digest;
  const auto update = [&digest](std::string_view text) {
    digest.Update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  update(kHeader);
  for (const PersonsAt::Member& member : persons.members) update(LineOf(member));
  return digest.Finish();
}

}  // namespace

Result<PersonsAt> ReplayPersons(storage::LinkStore* store, std::uint64_t epoch,
                                const ExecContext& context) {
  std::unordered_map<LinkageKey, Anchor, Id128Hash> anchors;
  std::vector<LinkageKey> keys;
  PersonsAt persons;
  MUSUBI_RETURN_IF_ERROR(store->VisitMembersAt(epoch, [&](const storage::Member& member) -> Status {
    if (context.stopped()) return Interrupted();
    persons.members.push_back({member.ref, {}});
    keys.push_back(member.key);
    Anchor& anchor = anchors[member.key];
    // References ascend, so of several records that came together the first is the least.
    if (anchor.records++ == 0 || member.epoch < anchor.since) {
      anchor.since = member.epoch;
      anchor.ref = member.ref;
    }
    return {};
  }));
  for (std::size_t i = 0; i < keys.size(); ++i) persons.members[i].person = anchors[keys[i]].ref;
  persons.persons = anchors.size();
  for (const auto& [key, anchor] : anchors) ++persons.sizes[anchor.records];
  persons.digest = DigestOf(persons);
  return persons;
}

Status WritePersons(const PersonsAt& persons, const std::filesystem::path& file,
                    storage::Overwrite overwrite, const ExecContext& context) {
  constexpr unsigned kPrivateMode = 0600;
  constexpr std::size_t kBytesAtOnce = std::size_t{1} << 18;
  MUSUBI_ASSIGN_OR_RETURN(storage::AtomicFile output,
                          storage::AtomicFile::Create(file, overwrite, kPrivateMode));
  std::string text(kHeader);
  for (const PersonsAt::Member& member : persons.members) {
    text += LineOf(member);
    if (text.size() < kBytesAtOnce) continue;
    if (context.stopped()) return Interrupted();
    MUSUBI_RETURN_IF_ERROR(output.Write(text));
    text.clear();
  }
  MUSUBI_RETURN_IF_ERROR(output.Write(text));
  return output.Commit();
}

}  // namespace musubi::engine
