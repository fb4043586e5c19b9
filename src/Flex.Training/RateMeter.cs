namespace Flex.Training;

/// <summary>Measures how fast samples go through the network.</summary>
/// <param name="time">The clock.</param>
/// <param name="samplesPerStep">Samples of one step.</param>
internal sealed class RateMeter(TimeProvider time, int samplesPerStep)
{
    private readonly long _start = time.GetTimestamp();
    private long _last = time.GetTimestamp();
    private long _steps;

    /// <summary>Counts a step.</summary>
    public void Count() => _steps++;

    /// <summary>Reads the rate since the last reading.</summary>
    /// <returns>Samples per second, and the seconds since the meter was made.</returns>
    public (double SamplesPerSecond, double Seconds) Read()
    {
        var seconds = time.GetElapsedTime(_last).TotalSeconds;
        var rate = seconds > 0 ? _steps * samplesPerStep / seconds : 0;
        (_last, _steps) = (time.GetTimestamp(), 0);
        return (rate, time.GetElapsedTime(_start).TotalSeconds);
    }
}
