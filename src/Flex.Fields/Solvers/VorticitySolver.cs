using System.Numerics;
using System.Runtime.InteropServices;

namespace Flex.Fields.Solvers;

/// <summary>
/// Advances the vorticity equation in time. An integrating factor takes care of viscosity and drag exactly; the
/// classical fourth-order Runge–Kutta method advances the rest (C. Canuto et al., Spectral Methods, 2007, app. D.3).
/// </summary>
/// <remarks>An instance owns its work space: use one per thread.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class VorticitySolver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The default Courant number, Δt·max(|u| + |v|)/Δx. The method is stable up to 2√2·N/(2π·Cutoff) ≈ 1.35.</summary>
    public const double DefaultCourant = 0.5;

    private readonly FlowParameters _flow;
    private readonly double _courant;
    private readonly SpectralField<T> _slope;
    private readonly SpectralField<T> _stage;
    private readonly SpectralField<T> _sum;
    private readonly T[] _decayY;
    private readonly Vector<T>[] _decayX;
    private double _decayStep = double.NaN;

    /// <summary>Prepares a solver at time 0 with ω = 0.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="flow">Viscosity, drag and forcing.</param>
    /// <param name="courant">Courant number of the adaptive step, in (0, 1.35].</param>
    /// <exception cref="InputException">A parameter is out of range.</exception>
    public VorticitySolver(SpectralGrid grid, FlowParameters flow, double courant = DefaultCourant)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(flow);
        if (courant is not (> 0 and <= 1.35))
        {
            throw new InputException($"the Courant number is {courant}: give a number in (0, 1.35]");
        }

        Grid = grid;
        _flow = flow;
        _courant = courant;
        Equation = new VorticityEquation<T>(grid, flow);
        Vorticity = new SpectralField<T>(grid);
        _slope = new SpectralField<T>(grid);
        _stage = new SpectralField<T>(grid);
        _sum = new SpectralField<T>(grid);
        _decayY = new T[grid.Rows];
        _decayX = new Vector<T>[grid.Pitch / Vector<T>.Count];
    }

    /// <summary>The grid.</summary>
    public SpectralGrid Grid { get; }

    /// <summary>The equation that is solved.</summary>
    public VorticityEquation<T> Equation { get; }

    /// <summary>The state ω̂ at <see cref="Time"/>.</summary>
    public SpectralField<T> Vorticity { get; }

    /// <summary>The time; set it with the state to start elsewhere than at 0.</summary>
    public double Time { get; set; }

    /// <summary>Number of steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>Advances to a time in equal parts of at most the step that the Courant number allows.</summary>
    /// <param name="time">The time to land on, ≥ <see cref="Time"/>.</param>
    /// <param name="afterStep">Called after every step.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="InputException">The flow became infinite or undefined.</exception>
    public void AdvanceTo(double time, Action? afterStep = null, CancellationToken cancellation = default)
    {
        while (Time < time)
        {
            cancellation.ThrowIfCancellationRequested();
            var speed = Equation.Evaluate(Vorticity, _slope);
            var remaining = time - Time;
            var parts = Math.Ceiling(remaining * StepsPerTime(speed));
            var last = !(parts > 1);
            FinishStep(last ? remaining : remaining / parts);
            Time = last ? time : Time + (remaining / parts);
            afterStep?.Invoke();
        }
    }

    /// <summary>Takes one step of a given length, whatever the Courant number.</summary>
    /// <param name="dt">Δt &gt; 0.</param>
    public void Step(double dt)
    {
        Equation.Evaluate(Vorticity, _slope);
        FinishStep(dt);
        Time += dt;
    }

    /// <summary>1/Δt so that neither the flow nor what the forcing adds to it crosses more than the Courant number of cells.</summary>
    private double StepsPerTime(double speed)
    {
        var distance = _courant * Grid.Spacing;
        return Math.Max(speed / distance, Math.Sqrt(Math.Abs(_flow.Forcing?.Amplitude ?? 0) / distance));
    }

    /// <summary>Completes a step whose first slope has been evaluated.</summary>
    private void FinishStep(double dt)
    {
        PrepareDecay(dt);
        Combine(1, dt);
        for (var stage = 2; stage <= 4; stage++)
        {
            Equation.Evaluate(_stage, _slope);
            Combine(stage, dt);
        }

        Steps++;
        if (!Vorticity.IsFinite())
        {
            throw new InputException(
                $"the simulation blew up in step {Steps} near time {Time:g6} (Δt = {dt:g3}): lower the Courant number or raise the viscosity");
        }
    }

    /// <summary>
    /// With h = e^{LΔt/2} and k₁ … k₄ the slopes: s₂ = h(ω + ½Δt·k₁), s₃ = hω + ½Δt·k₂, s₄ = h(hω + Δt·k₃) are the states
    /// where k₂, k₃ and k₄ are taken, and ω ← h²(ω + Δt/6·k₁) + Δt/3·h(k₂ + k₃) + Δt/6·k₄ is the step.
    /// </summary>
    private void Combine(int stage, double dt)
    {
        for (var row = 0; row < Grid.Rows; row++)
        {
            Combine(stage, dt, row, Vorticity.RowRe(row), _slope.RowRe(row), _stage.RowRe(row), _sum.RowRe(row));
            Combine(stage, dt, row, Vorticity.RowIm(row), _slope.RowIm(row), _stage.RowIm(row), _sum.RowIm(row));
        }
    }

    private void Combine(
        int stage, double dt, int row, Span<Vector<T>> state, Span<Vector<T>> slope, Span<Vector<T>> next, Span<Vector<T>> sum)
    {
        Vector<T> half = new(T.CreateChecked(dt / 2)), third = new(T.CreateChecked(dt / 3)), sixth = new(T.CreateChecked(dt / 6));
        var full = new Vector<T>(T.CreateChecked(dt));
        var decayY = new Vector<T>(_decayY[row]);
        for (var c = 0; c < state.Length; c++)
        {
            var h = decayY * _decayX[c];
            var (w, k) = (state[c], slope[c]);
            switch (stage)
            {
                case 1:
                    sum[c] = h * h * (w + (sixth * k));
                    next[c] = h * (w + (half * k));
                    break;
                case 2:
                    sum[c] += third * h * k;
                    next[c] = (h * w) + (half * k);
                    break;
                case 3:
                    sum[c] += third * h * k;
                    next[c] = h * ((h * w) + (full * k));
                    break;
                default:
                    state[c] = sum[c] + (sixth * k);
                    break;
            }
        }
    }

    /// <summary>h = e^{−(ν(kx² + ky²) + μ)Δt/2} as a product of a factor for kx and one for ky, which holds the drag.</summary>
    private void PrepareDecay(double dt)
    {
        if (dt == _decayStep)
        {
            return;
        }

        double Decay(double k) => Math.Exp(-_flow.Viscosity * k * k * dt / 2);
        var drag = Math.Exp(-_flow.Drag * dt / 2);
        for (var row = 0; row < Grid.Rows; row++)
        {
            _decayY[row] = T.CreateChecked(drag * Decay(Grid.WavenumberOf(row)));
        }

        var decayX = MemoryMarshal.Cast<Vector<T>, T>(_decayX.AsSpan());
        for (var kx = 0; kx < decayX.Length; kx++)
        {
            decayX[kx] = T.CreateChecked(Decay(kx));
        }

        _decayStep = dt;
    }
}
