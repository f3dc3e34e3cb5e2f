#include "engine/tune/frontier_plot.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

namespace musubi::engine {
namespace {

// In pixels, from the left and the top.
constexpr double kLeft = 80;
constexpr double kRight = 620;
constexpr double kTop = 50;
constexpr double kBottom = 470;
constexpr double kListLeft = 655;
constexpr double kLine = 17;  // of the list
constexpr double kWidth = 1080;

constexpr std::string_view kStyle =
    "text{font:13px sans-serif;fill:#1b1f24}.small{font-size:11px;fill:#57606a}"
    ".title{font-size:16px;font-weight:bold}.axis{stroke:#57606a;stroke-width:1}"
    ".grid{stroke:#d8dee4;stroke-width:1}.frontier{fill:none;stroke:#0a58a6;stroke-width:2}"
    ".floor{stroke:#a40e26;stroke-width:1.5;stroke-dasharray:6 4}"
    ".point{fill:#fff;stroke:#57606a;stroke-width:1.5}.best{fill:#0a58a6;stroke:#0a58a6}"
    ".chosen{fill:none;stroke:#1a7f37;stroke-width:3}.strong{font-weight:bold}";

std::string Text(const char* format, double number) {
  char text[48];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string Pixels(double number) { return Text("%.1f", number); }

// A share as its axis has it: "0.5 %".
std::string AxisText(double share) { return Text("%.3g", share * 100) + " %"; }

struct Spot {
  double x = 0;
  double y = 0;
};

class FrontierPlot {
 public:
  explicit FrontierPlot(const TuneReport& report) : report_(report) {
    double least_f1 = report.least_f1;
    double least_risk = 0.1;
    for (const TunedCandidate& tried : report.candidates) {
      if (!tried.risk) continue;
      least_f1 = std::min(least_f1, report.f1_of(tried).f1());
      least_risk = std::min(least_risk, tried.risk->upper);
    }
    const double step = 1 - least_f1 > 0.1 ? 0.05 : 0.01;
    f1_step_ = step;
    least_f1_ = std::max(0.0, std::floor(least_f1 / step - 0.1) * step);
    least_decade_ = std::floor(std::log10(least_risk));
  }

  std::string Svg() && {
    AddHead();
    AddAxes();
    AddLines();
    AddPoints();
    AddList();
    return svg_ + "</svg>\n";
  }

 private:
  double X(double f1) const {
    return kLeft + (kRight - kLeft) * (f1 - least_f1_) / (1 - least_f1_);
  }
  double Y(double risk) const { return kTop + (kBottom - kTop) * std::log10(risk) / least_decade_; }
  Spot SpotOf(const TunedCandidate& tried) const {
    return {X(report_.f1_of(tried).f1()), Y(tried.risk->upper)};
  }

  void AddText(Spot at, const std::string& text, std::string_view rest = {}) {
    svg_ += "<text x=\"" + Pixels(at.x) + "\" y=\"" + Pixels(at.y) + "\"";
    svg_ += rest;
    svg_ += ">" + text + "</text>\n";
  }

  void AddLine(std::string_view kind, Spot from, Spot to) {
    svg_ += "<line class=\"";
    svg_ += kind;
    svg_ += "\" x1=\"" + Pixels(from.x) + "\" y1=\"" + Pixels(from.y) + "\" x2=\"" + Pixels(to.x) +
            "\" y2=\"" + Pixels(to.y) + "\"/>\n";
  }

  void AddHead() {
    const double list = kTop + kLine * (static_cast<double>(report_.candidates.size()) + 3);
    const std::string height = Pixels(std::max(kBottom + 60, list));
    const std::string width = Pixels(kWidth);
    svg_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + width +
           "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height + "\">\n<title>" +
           "Risk against F1 of contracts</title>\n<style>";
    svg_ += kStyle;
    svg_ += "</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
    AddText({kLeft, 28}, "Risk against F1", " class=\"title\"");
  }

  void AddAxes() {
    for (double decade = least_decade_; decade <= 0; ++decade) {
      const double risk = std::pow(10, decade);
      AddLine("grid", {kLeft, Y(risk)}, {kRight, Y(risk)});
      AddText({kLeft - 8, Y(risk) + 4}, AxisText(risk), " text-anchor=\"end\"");
    }
    const auto steps = std::lround((1 - least_f1_) / f1_step_);
    for (long step = 0; step <= steps; ++step) {
      const double f1 = 1 - f1_step_ * static_cast<double>(step);
      AddLine("grid", {X(f1), kTop}, {X(f1), kBottom});
      AddText({X(f1), kBottom + 18}, Text("%.2f", f1), " text-anchor=\"middle\"");
    }
    AddLine("axis", {kLeft, kBottom}, {kRight, kBottom});
    AddLine("axis", {kLeft, kTop}, {kLeft, kBottom});
    const double middle = (kLeft + kRight) / 2;
    AddText({middle, kBottom + 42},
            report_.judged == Copies::kUsual ? "F1, copies with the usual errors"
                                             : "F1, copies without errors",
            " text-anchor=\"middle\"");
    const double height = (kTop + kBottom) / 2;
    AddText({20, height}, "share of people named by the worst attack, at most (95 %)",
            " text-anchor=\"middle\" transform=\"rotate(-90 20 " + Pixels(height) + ")\"");
  }

  void AddLines() {
    const double floor = X(report_.least_f1);
    AddLine("floor", {floor, kTop}, {floor, kBottom});
    AddText({floor - 5, kBottom - 8}, "floor " + Text("%.3g", report_.least_f1),
            " class=\"small\" text-anchor=\"end\"");
    std::vector<Spot> frontier;
    for (const TunedCandidate& tried : report_.candidates) {
      if (tried.on_frontier) frontier.push_back(SpotOf(tried));
    }
    std::ranges::sort(frontier, {}, &Spot::x);
    svg_ += "<polyline class=\"frontier\" points=\"";
    for (const Spot& spot : frontier) svg_ += Pixels(spot.x) + "," + Pixels(spot.y) + " ";
    svg_ += "\"/>\n";
  }

  void AddPoints() {
    std::vector<Spot> taken;
    for (const TunedCandidate& tried : report_.candidates) {
      if (tried.risk) taken.push_back(SpotOf(tried));
    }
    for (std::size_t i = 0; i < report_.candidates.size(); ++i) {
      const TunedCandidate& tried = report_.candidates[i];
      if (!tried.risk) continue;
      const Spot spot = SpotOf(tried);
      AddCircle(spot, tried.on_frontier ? "point best" : "point", 4.5);
      if (report_.chosen == i) AddCircle(spot, "chosen", 9);
      const Spot label = FreeSpotAt(spot, taken);
      taken.push_back(label);
      AddText({label.x, label.y + 4}, std::to_string(i + 1),
              " class=\"small\" text-anchor=\"middle\"");
    }
  }

  void AddCircle(Spot spot, std::string_view kind, double radius) {
    svg_ += "<circle class=\"";
    svg_ += kind;
    svg_ += "\" cx=\"" + Pixels(spot.x) + "\" cy=\"" + Pixels(spot.y) + "\" r=\"" + Pixels(radius) +
            "\"/>\n";
  }

  // Where a number beside a point covers nothing, as near as may be.
  static Spot FreeSpotAt(Spot spot, const std::vector<Spot>& taken) {
    constexpr double kFarthest = 60;
    constexpr double kApart = 13;
    constexpr int kDirections = 16;
    for (double far = 14; far < kFarthest; far += 4) {
      for (int direction = 0; direction < kDirections; ++direction) {
        const double angle = 2 * M_PI * direction / kDirections;
        const Spot at{spot.x + far * std::cos(angle), spot.y - far * std::sin(angle)};
        const bool free = std::ranges::none_of(taken, [&](const Spot& other) {
          return std::hypot(other.x - at.x, other.y - at.y) < kApart;
        });
        if (free) return at;
      }
    }
    return {spot.x + kApart, spot.y};
  }

  std::string MarkText(std::size_t candidate) const {
    const std::string mark(report_.MarkOf(candidate));
    return mark.empty() ? "" : " (" + mark + ")";
  }

  void AddList() {
    Spot at{kListLeft, kTop};
    AddText(at, "candidate", " class=\"small\"");
    AddText({at.x + 250, at.y}, "F1", " class=\"small\"");
    AddText({at.x + 310, at.y}, "risk, at most", " class=\"small\"");
    for (std::size_t i = 0; i < report_.candidates.size(); ++i) {
      at.y += kLine;
      const TunedCandidate& tried = report_.candidates[i];
      const std::string_view kind = tried.on_frontier ? " class=\"strong\"" : "";
      AddText(at, std::to_string(i + 1) + "  " + tried.name + MarkText(i), kind);
      AddText({at.x + 250, at.y}, Text("%.4f", report_.f1_of(tried).f1()), kind);
      AddText({at.x + 310, at.y}, tried.risk ? AxisText(tried.risk->upper) : "not attacked", kind);
    }
    AddText({at.x, at.y + 2 * kLine}, "bold, on the line: no other is better in both",
            " class=\"small\"");
  }

  const TuneReport& report_;
  double f1_step_ = 0.01;
  double least_f1_ = 0;
  double least_decade_ = -2;
  std::string svg_;
};

}  // namespace

std::string FrontierSvg(const TuneReport& report) { return FrontierPlot(report).Svg(); }

}  // namespace musubi::engine
