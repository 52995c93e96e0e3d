package backhaul.relay.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the course of the rate as an SVG area, with a mark where messages were dropped or lost. */
final class RatePlot {
    private static final int WIDTH = (int) Trend.SPAN.dividedBy(Trend.STEP);
    private static final int HEIGHT = 100;

    private RatePlot() {}

    /** The figure, with its scales. */
    static Html of(List<Trend.Point> course) {
        double most = course.stream().mapToDouble(Trend.Point::rate).max().orElse(0);
        double top = roundUp(most);
        return Html.of(
                """
                <figure class="plot">
                <div class="scale"><span>%s</span><span>%s</span><span>0</span></div>
                <svg viewBox="0 0 %s %s" preserveAspectRatio="none" role="img" aria-label="Messages a second in the last \
                %s, at most %s">
                <path class="grid" d="M0 0H%s M0 50H%s M%s 0V100 M%s 0V100"/>
                %s%s</svg>
                <div class="times"><span>15 min ago</span><span>10</span><span>5</span><span>now</span></div>
                </figure>
                """,
                Text.rate(top),
                Text.rate(top / 2),
                WIDTH,
                HEIGHT,
                Text.duration(Trend.SPAN),
                Text.rate(most),
                WIDTH,
                WIDTH,
                WIDTH / 3,
                WIDTH * 2 / 3,
                curve(course, top),
                marks(course));
    }

    /** The present is at the right edge, however short the course is. */
    private static int left(List<Trend.Point> course) {
        return WIDTH - course.size();
    }

    private static Html curve(List<Trend.Point> course, double top) {
        if (course.isEmpty()) {
            return Html.NOTHING;
        }
        StringBuilder line = new StringBuilder();
        int x = left(course);
        for (Trend.Point point : course) {
            double y = HEIGHT - point.rate() / top * HEIGHT;
            line.append(String.format(Locale.ROOT, "%s%d %.1fh1", line.length() == 0 ? "M" : "L", x++, y));
        }
        return Html.of(
                "<path class=\"area\" d=\"%sV%sH%sZ\"/>\n<path class=\"line\" d=\"%s\"/>\n",
                line, HEIGHT, left(course), line);
    }

    private static Html marks(List<Trend.Point> course) {
        List<Html> marks = new ArrayList<>();
        int x = left(course);
        for (Trend.Point point : course) {
            if (point.missed()) {
                marks.add(Html.of("<path class=\"missed\" d=\"M%s.5 0V%s\"/>\n", x, HEIGHT));
            }
            x++;
        }
        return Html.all(marks);
    }

    /** The next of 1, 2, 5, 10, 20, 50 …, so that the scale has round numbers and rarely changes. */
    static double roundUp(double rate) {
        double power = 1;
        while (true) {
            for (int step : new int[] {1, 2, 5}) {
                if (rate <= step * power) {
                    return step * power;
                }
            }
            power *= 10;
        }
    }
}
