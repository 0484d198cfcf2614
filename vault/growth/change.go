package growth

// Change is how much a measure changed between two measurements. It is a fact, and
// is held against no standard.
type Change struct {
	From, To Point
	By       float64 // in the unit of the measure; heights as they would be lying
}

// apart is how far two measurements have to lie apart at least. It is a choice of
// this program: over less, an error of measuring weighs more than the growth.
const apart Days = 30

// Over is the time between the two.
func (c Change) Over() Days { return c.To.Age - c.From.Age }

// PerYear is the velocity, in the unit of the measure for a year of 365.25 days.
func (c Change) PerYear() float64 { return c.By / c.Over().Years() }

// Latest is the change up to the last of the points of a measure, as
// [Reference.Points] gives them, from the last one thirty days or more before it. It
// reports false where there is none, as for the body mass index, which goes up and
// down by itself; points in doubt do not count.
func Latest(points []Point, m Measure) (c Change, ok bool) {
	if m == BMI {
		return Change{}, false
	}
	for i := len(points) - 1; i >= 0; i-- {
		p := points[i]
		switch {
		case p.Measure != m || p.Doubted:
		case c.To == (Point{}):
			c.To = p
		case c.To.Age-p.Age >= apart:
			c.From, c.By = p, lyingDown(c.To)-lyingDown(p)
			return c, true
		}
	}
	return Change{}, false
}
