// Units of quantities: a small table of what the trade writes (吨, 万件, MW, 亩), each with its factor to a base unit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jiaoji::market {

// `value` in `from`, expressed in `to`; nothing when either is unknown or they measure different things.
std::optional<double> convert_unit(double value, std::string_view from, std::string_view to);

bool is_unit(std::string_view unit);
// Every unit that can stand for `unit`, the way it is written ("kg", "t", "公斤", "吨" …), for messages and menus.
std::vector<std::string> units_like(std::string_view unit);

}  // namespace jiaoji::market
