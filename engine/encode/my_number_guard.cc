#include "engine/encode/my_number_guard.h"

#include <string>

namespace musubi::engine {
namespace {

Error Refusal(const std::filesystem::path& input, const std::string& column) {
  return {ErrorCode::kBadData,
          input.string() + ": column " + column +
              ": most values look like Individual Numbers (My Number), which the law forbids to "
              "use for linkage; leave the column out"};
}

}  // namespace

Status RefuseMyNumbers(const std::filesystem::path& input, const ColumnPlan& plan,
                       const Contract& contract, const FieldProfile& ids,
                       const std::vector<FieldProfile>& fields) {
  if (plan.id && ids.LooksLikeMyNumber()) return Refusal(input, plan.names[*plan.id]);
  for (std::size_t f = 0; f < contract.fields().size(); ++f) {
    if (fields[f].LooksLikeMyNumber()) return Refusal(input, plan.names[plan.fields[f].front()]);
  }
  return {};
}

}  // namespace musubi::engine
