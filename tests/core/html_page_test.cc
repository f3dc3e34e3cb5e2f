// What is put into a page stays what it is.
#include "core/html_page.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace musubi {
namespace {

TEST(HtmlPageTest, TheFirstMarkIsFilledAndNothingElse) {
  EXPECT_EQ(FillPage("<p>MARK</p>MARK", "MARK", "$& \\1 MARK"), "<p>$& \\1 MARK</p>MARK");
}

TEST(HtmlPageTest, NoTextOfJsonEndsItsScript) {
  const nlohmann::json json = {{"text", "</script><!-- <script> & \"quotes\" \u6B21"}};
  const std::string inside = JsonInScript(json.dump());
  EXPECT_EQ(inside.find('<'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(inside), json);
}

TEST(HtmlPageTest, NoTextIsMarkup) {
  EXPECT_EQ(HtmlText("<b>a & b</b> \u6B21"), "&lt;b&gt;a &amp; b&lt;/b&gt; \u6B21");
}

}  // namespace
}  // namespace musubi
