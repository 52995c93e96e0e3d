package backhaul.agent;

/**
 * A time without a stream that the reader of the log is to be told of.
 *
 * @param begin the moment from which nothing came
 * @param cause what it looked like, a clause
 */
record Outage(Moment begin, String cause) {}
