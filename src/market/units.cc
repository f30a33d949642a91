#include "market/units.h"

#include <array>
#include <cmath>

namespace jiaoji::market {

namespace {

// What is measured, how it is written, and how many of the base unit it is. The first of each kind is the base. Factors are
// those of GB 3100-1993 and of the trade (亩: 10,000 / 15 m²; a month counts 30 days in terms of delivery).
struct Unit {
  int kind;
  const char* name;
  double factor;
};
enum Kind { mass, pieces, power, energy, area, time, length, volume, money_rate, share, flow, people };
constexpr std::array kUnits = {
    Unit{mass, "kg", 1},          Unit{mass, "公斤", 1},         Unit{mass, "千克", 1},        Unit{mass, "g", 0.001},      Unit{mass, "克", 0.001},
    Unit{mass, "t", 1000},        Unit{mass, "吨", 1000},        Unit{mass, "万吨", 1e7},      Unit{mass, "斤", 0.5},       Unit{pieces, "件", 1},
    Unit{pieces, "个", 1},        Unit{pieces, "套", 1},         Unit{pieces, "台", 1},        Unit{pieces, "只", 1},       Unit{pieces, "辆", 1},
    Unit{pieces, "pcs", 1},       Unit{pieces, "万件", 1e4},     Unit{pieces, "万个", 1e4},    Unit{pieces, "万套", 1e4},   Unit{pieces, "万台", 1e4},
    Unit{pieces, "万只", 1e4},    Unit{power, "kW", 1},          Unit{power, "千瓦", 1},       Unit{power, "W", 0.001},     Unit{power, "MW", 1000},
    Unit{power, "兆瓦", 1000},    Unit{power, "万千瓦", 1e4},    Unit{power, "GW", 1e6},       Unit{energy, "kWh", 1},      Unit{energy, "度", 1},
    Unit{energy, "千瓦时", 1},    Unit{energy, "MWh", 1000},     Unit{energy, "万千瓦时", 1e4}, Unit{energy, "万度", 1e4},  Unit{area, "m²", 1},
    Unit{area, "m2", 1},          Unit{area, "平方米", 1},       Unit{area, "万平方米", 1e4},  Unit{area, "亩", 10000.0 / 15}, Unit{area, "公顷", 1e4},
    Unit{area, "ha", 1e4},        Unit{area, "km²", 1e6},        Unit{area, "平方公里", 1e6},  Unit{time, "天", 1},         Unit{time, "日", 1},
    Unit{time, "d", 1},           Unit{time, "小时", 1.0 / 24},  Unit{time, "h", 1.0 / 24},    Unit{time, "分钟", 1.0 / 1440}, Unit{time, "min", 1.0 / 1440},
    Unit{time, "周", 7},          Unit{time, "月", 30},          Unit{time, "个月", 30},       Unit{time, "年", 365},       Unit{length, "m", 1},
    Unit{length, "米", 1},        Unit{length, "mm", 0.001},     Unit{length, "毫米", 0.001},  Unit{length, "cm", 0.01},    Unit{length, "厘米", 0.01},
    Unit{length, "μm", 1e-6},     Unit{length, "微米", 1e-6},    Unit{length, "km", 1000},     Unit{length, "公里", 1000},  Unit{volume, "m³", 1},
    Unit{volume, "m3", 1},        Unit{volume, "立方米", 1},     Unit{volume, "L", 0.001},     Unit{volume, "升", 0.001},   Unit{volume, "万立方米", 1e4},
    Unit{share, "%", 1},          Unit{people, "人", 1},         Unit{people, "万人", 1e4},
};

// The micro sign U+00B5 and the Greek letter U+03BC look alike; people type either.
std::string_view spelled(std::string_view unit) { return unit == "\u00b5m" ? std::string_view("\u03bcm") : unit; }

const Unit* find(std::string_view unit) {
  for (const auto& u : kUnits) if (spelled(unit) == u.name) return &u;
  return nullptr;
}

}  // namespace

std::optional<double> convert_unit(double value, std::string_view from, std::string_view to) {
  if (from == to) return value;
  const Unit* a = find(from);
  const Unit* b = find(to);
  if (!a || !b || a->kind != b->kind) return {};
  // One multiplication, and division when that is exact: 3 万件 are 30,000 件, not 29,999.999….
  const double factor = a->factor / b->factor;
  return factor >= 1 || factor == 0 ? value * factor : value / (b->factor / a->factor);
}

bool is_unit(std::string_view unit) { return find(unit) != nullptr; }

std::vector<std::string> units_like(std::string_view unit) {
  std::vector<std::string> out;
  const Unit* like = find(unit);
  if (!like) return {std::string(unit)};
  for (const auto& u : kUnits) if (u.kind == like->kind) out.emplace_back(u.name);
  return out;
}

}  // namespace jiaoji::market
