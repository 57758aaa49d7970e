// AttributeIndex::Within: endpoints in a circle on the globe.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "audience/attribute_index.h"

namespace pinion::audience {
namespace {

constexpr double kEarthRadiusKilometers = 6371.0088;
// Makes the rectangle of candidates a little larger than need be, against rounding.
constexpr double kSlackDegrees = 1e-6;

double Radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}
double Degrees(double radians) {
  return radians * 180 / std::numbers::pi;
}

double DistanceKilometers(double latitude_a,
                          double longitude_a,
                          double latitude_b,
                          double longitude_b) {
  const double half_latitude = std::sin(Radians(latitude_b - latitude_a) / 2);
  const double half_longitude = std::sin(Radians(longitude_b - longitude_a) / 2);
  const double square = half_latitude * half_latitude + std::cos(Radians(latitude_a)) *
                                                            std::cos(Radians(latitude_b)) *
                                                            half_longitude * half_longitude;
  return 2 * kEarthRadiusKilometers * std::asin(std::sqrt(std::min(1.0, square)));
}

// The endpoints between two meridians; the interval may cross the 180° meridian.
bitmap::Bitmap BetweenMeridians(const NumberColumn& longitudes, double west, double east) {
  if (west < -180) {
    return longitudes.Between(-180, east) | longitudes.Between(west + 360, 180);
  }
  if (east > 180) {
    return longitudes.Between(west, 180) | longitudes.Between(-180, east - 360);
  }
  return longitudes.Between(west, east);
}

}  // namespace

bitmap::Bitmap AttributeIndex::Within(const Circle& circle) const {
  const double angle = circle.kilometers / kEarthRadiusKilometers;
  const double reach = Degrees(angle) + kSlackDegrees;
  bitmap::Bitmap candidates = longitude_.Present();
  candidates &= latitude_.Between(circle.latitude - reach, circle.latitude + reach);
  // A circle that touches a pole holds points of every longitude.
  if (std::abs(circle.latitude) + reach < 90) {
    const double ratio = std::sin(angle) / std::cos(Radians(circle.latitude));
    const double width = Degrees(std::asin(std::min(1.0, ratio))) + kSlackDegrees;
    candidates &= BetweenMeridians(longitude_, circle.longitude - width, circle.longitude + width);
  }
  std::vector<uint32_t> inside;
  candidates.ForEach([&](uint32_t ordinal) {
    const double latitude = *latitude_.Get(ordinal);
    const double longitude = *longitude_.Get(ordinal);
    if (DistanceKilometers(circle.latitude, circle.longitude, latitude, longitude) <=
        circle.kilometers) {
      inside.push_back(ordinal);
    }
  });
  return bitmap::Bitmap::FromSorted(inside);
}

}  // namespace pinion::audience
