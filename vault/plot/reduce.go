package plot

// Reduce gives what a curve of many points looks like in so many columns of equal
// width: of each column its lowest and its highest value, in the order in which they
// come. Points that say something do so no more where another of their column is left
// out. points are by X, and stay as they are; when they are few enough they are given
// as they are.
func Reduce(points []Point, columns int) []Point {
	n := len(points)
	if columns < 1 || n <= 2*columns {
		return points
	}
	first, wide := points[0].X, points[n-1].X-points[0].X
	if wide <= 0 {
		columns = 1
	}
	out := make([]Point, 0, 2*columns)
	column := func(p Point) int {
		if wide <= 0 {
			return 0
		}
		return min(int((p.X-first)/wide*float64(columns)), columns-1)
	}
	for i := 0; i < n; {
		low, high, in := i, i, column(points[i])
		j := i + 1
		for ; j < n && column(points[j]) == in; j++ {
			if points[j].Y < points[low].Y {
				low = j
			}
			if points[j].Y > points[high].Y {
				high = j
			}
		}
		out = append(out, points[min(low, high)])
		if low != high {
			out = append(out, points[max(low, high)])
		}
		i = j
	}
	return out
}
