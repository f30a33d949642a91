// The zero line of a grid of numbers, as polygons: marching squares (Lorensen and Cline's method in two dimensions). For area.cc.
#pragma once

#include <vector>

#include "mobility/area.h"

namespace jiaoji::mobility {

// `values` by rows from the south, row by row from the west; 0 and above is inside. The outermost corners are taken as outside. Values are nudged
// off the corners. Outer rings run counter-clockwise, holes clockwise; coordinates are rounded to six digits.
std::vector<Polygon> contour(const AreaGrid& grid, std::vector<float>& values);

}  // namespace jiaoji::mobility
