namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>Outcome of one transaction as a value: nothing on the cycle path throws.</summary>
/// <param name="Outcome">How it ended; the default value is a closed connection.</param>
/// <param name="Code">The peer's exception code where <paramref name="Outcome"/> is Exception, otherwise 0.</param>
internal readonly record struct ModbusResult(ModbusOutcome Outcome, byte Code = 0)
{
    public static ModbusResult Ok => new(ModbusOutcome.Ok);

    public static ModbusResult Closed => new(ModbusOutcome.Closed);

    public static ModbusResult Timeout => new(ModbusOutcome.Timeout);

    public static ModbusResult Protocol => new(ModbusOutcome.Protocol);

    public bool IsOk => Outcome == ModbusOutcome.Ok;

    public static ModbusResult Exception(byte code) => new(ModbusOutcome.Exception, code);

    public override string ToString() =>
        Outcome == ModbusOutcome.Exception ? $"exception {Code}" : Outcome.ToString();
}
