#include "engine/evaluate/evaluate.h"

#include "engine/evaluate/clusterings.h"
#include "engine/evaluate/read_records.h"

namespace musubi::engine {

Result<Evaluation> Evaluate(const std::filesystem::path& truth,
                            const std::vector<std::filesystem::path>& links,
                            const std::vector<std::string>& by) {
  MUSUBI_ASSIGN_OR_RETURN(const StudyRecords records, ReadRecords(truth, links, by));
  const Clusterings both(records.person, records.cluster);
  Evaluation result;
  result.records = both.records();
  result.persons = both.person_sizes().size();
  result.unlinked = records.unlinked;
  result.all = CountPairs(both);
  result.within = CountPairsWithin(both, records.holder);
  result.across = {result.all.truth - result.within.truth, result.all.linked - result.within.linked,
                   result.all.correct - result.within.correct};
  result.clusters = MeasureClusters(both);
  for (const GroupColumn& column : records.columns) {
    result.columns.push_back(MeasureGroups(both, column));
  }
  return result;
}

}  // namespace musubi::engine
